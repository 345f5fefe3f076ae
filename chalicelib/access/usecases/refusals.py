"""Refused sign-ins in the audit log: all of them are told of, and a flood of them writes little.

Each process counts for itself, by kind and minute, and writes when a count reaches 1, 4, 16, 64 …: an entry says how
many there were since the one before. So a million wrong keys in a minute are ten entries.
"""

import threading
from enum import StrEnum

ANYBODY = "anybody"
"""In the place of a name: nobody knows who it was, and addresses are kept nowhere."""
_MINUTE_MS = 60_000
_GROWTH = 4


class Door(StrEnum):
    """Where somebody was refused."""

    DESK = "desk"
    """By a key that was typed."""
    OTHER_SITE = "other-site"
    """A sign-in that another site sent."""
    API = "api"
    """By the key of a request."""
    LINK = "one-time-link"
    CODE = "one-time-code"
    ROLE = "role"
    """The key was good, but not for this."""


class _Count:
    """The refusals of one kind."""

    def __init__(self) -> None:
        self.minute, self.seen, self.due, self.untold = 0, 0, 1, 0

    def one_more(self, minute: int) -> int:
        """Counts one; gives how many are to be told of now, 0 for none."""
        if minute > self.minute:
            self.minute, self.seen, self.due = minute, 0, 1
        self.seen += 1
        self.untold += 1
        if self.seen < self.due:
            return 0
        self.due *= _GROWTH
        told, self.untold = self.untold, 0
        return told


_counts: dict[tuple[Door, str], _Count] = {}
_counting = threading.Lock()
_MOST = 1_000


def note_refusal(door: Door, at_ms: int, who: str = ANYBODY) -> None:
    """Tells the log of a refusal, or counts it for the next time."""
    with _counting:
        if len(_counts) >= _MOST:
            _counts.clear()  # names are those of members and units alone, so hardly ever
        count = _counts.setdefault((door, who), _Count()).one_more(at_ms // _MINUTE_MS)
    if count:
        from chalicelib.kernel.store import audit  # noqa: PLC0415 - no netizen needs its table

        audit.note(audit.OFFICE, at_ms, who, "sign-in.refuse", door, count=count)
