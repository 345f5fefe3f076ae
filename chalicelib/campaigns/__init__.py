"""A year's survey: its window, its phase, and which one is meant."""
