"""The rules of roles and sessions, pure."""
