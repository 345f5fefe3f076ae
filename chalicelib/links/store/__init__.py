"""The table of links."""
