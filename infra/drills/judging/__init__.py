"""A sample whose truth is known: honest groups and forgers as data, to try the scoring on."""
