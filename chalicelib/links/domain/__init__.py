"""The rules of links, pure."""
