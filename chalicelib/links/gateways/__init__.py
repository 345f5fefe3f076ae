"""What a link becomes: a QR code, a printed sheet, a snippet to embed, a kit."""
