"""`make drill-requests`: generated requests on all routes, by strangers and by people who have signed in.

No answer may be a 500, and whatever a stranger sends costs less than 250 ms of CPU.
"""
