"""The fund's gifts, divided over the units."""
