"""What every room uses: settings, clock, errors, codes, signing, tables and files as such. Knows no subject."""
