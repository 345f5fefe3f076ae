"""The table of questionnaires that the secretariat brought."""
