"""What the job of an occasion's mails notes."""

from pydantic import Field

from chalicelib.jobs.job import Progress

Figures = dict[str, list[int]]
"""Collected and valid, by unit and for the nation."""


class MailProgress(Progress):
    """Why mails are written, for whom, and what was planned. Which are sent, the outbox knows."""

    occasion: str
    """The name of their kind."""
    at: int
    """The slot, or when it was asked for (ms)."""
    unit: str | None = None
    """The only unit that it is for."""
    missing: dict[str, list[bool]] | None = None
    """The units that it is for, and which annexes each misses."""
    before: Figures = Field(default_factory=dict)
    """The figures of the occasion before, taken at `since` (ms)."""
    since: int | None = None
    figures: Figures | None = None
    """Those of this one, for the next."""
    export: str = ""
    """The export that the mail leads to."""
    planned: bool = False
    """Whether all mails are in the outbox."""
    due_at: int = 0
    """When the next try of one is due (ms)."""
    tried: int = 0
    """How many tries there were of all mails together; the outbox bounds them."""

    def position(self) -> int:
        """By tries, once they are planned."""
        return int(self.planned) + self.tried

    def not_before(self) -> int:
        """Nothing is due before the next try."""
        return self.due_at
