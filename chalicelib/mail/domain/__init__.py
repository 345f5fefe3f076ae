"""The rules of a mail on its way, pure."""
