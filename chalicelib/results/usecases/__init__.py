"""From a sealed export to what may be published of it."""
