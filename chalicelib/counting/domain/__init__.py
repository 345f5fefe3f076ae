"""The rules of tallies, counts and repairs, pure."""
