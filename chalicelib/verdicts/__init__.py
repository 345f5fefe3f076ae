"""Which responses are valid, and why not."""
