"""The units' routes and desk."""
