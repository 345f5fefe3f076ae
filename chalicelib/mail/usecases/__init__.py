"""Ordering, planning, writing and sending mails."""
