"""Folding, reading, settling, recounting."""
