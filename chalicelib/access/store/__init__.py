"""The tables of keys, members and one-time links."""
