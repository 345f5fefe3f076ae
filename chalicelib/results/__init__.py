"""What a sealed survey tells: protected tables, weights, the index."""
