"""Who may do what: keys, members, roles, sessions."""
