"""The netizens' routes and pages. Whoever stands in front of us compresses replies (the gateway, the local runner)."""
