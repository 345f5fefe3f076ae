"""The desks: pages for the units and the secretariat, behind a key. Every act works as a plain form; scripts only keep
figures fresh. Each function answers one route."""
