"""Posters, slogans, logos and mascots that the secretariat publishes for the units."""
