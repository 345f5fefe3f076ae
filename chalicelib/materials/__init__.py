"""Posters, slogans, marks and mascots that the secretariat puts up for the units."""
