"""The tables of units, contacts and supporters."""
