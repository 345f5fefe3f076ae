"""What every room stands on: settings, clock, errors, codes, signing, tables and files as such. Knows no subject."""
