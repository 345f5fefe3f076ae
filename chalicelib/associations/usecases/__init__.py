"""Registering, importing, watching what is missing."""
