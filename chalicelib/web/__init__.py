"""The edge, roomed by audience: only here, and in `app.py`, is Chalice known."""
