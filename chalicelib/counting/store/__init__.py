"""The tables of tallies and of records set aside."""
