"""Collection links: codes, issuing, QR codes, printed sheets, kits, embeds."""
