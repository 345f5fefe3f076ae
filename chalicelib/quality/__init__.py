"""How honest a sample is: what the responses of a campaign say about each other."""
