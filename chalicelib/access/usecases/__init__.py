"""Signing in, and keeping members and keys."""
