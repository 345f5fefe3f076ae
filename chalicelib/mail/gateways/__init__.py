"""The doors that mail leaves by, and what goes with it."""
