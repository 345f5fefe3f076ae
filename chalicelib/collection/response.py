"""A response: what one netizen answered, as it is stored."""

from dataclasses import dataclass, replace
from typing import Self

SEND_BY_MS = 10_000
"""Nothing is sent to the table later than this after arrival."""

ACKNOWLEDGE_BY_MS = 30_000
"""A write that returns later than this after arrival is not acknowledged. The settle time exceeds it."""


WITHDRAWN = "withdrawn"
"""The reason of a response that its netizen took back: the only one that it has."""
NO_ANSWERS = "{}"


@dataclass(frozen=True, slots=True)
class Response:
    """A stored response. `answers` is packed by its edition's version and names its topics, see
    `instrument.domain.answers`."""

    id: str
    campaign: str
    unit: str
    link: str
    edition: str
    version: str
    answers: str
    accepted_at: int
    """Arrival, ms since the epoch."""
    took_ms: int
    """From the ticket's issue to arrival."""
    receipt: str
    reasons: tuple[str, ...] = ()
    """The quality rules that it broke."""
    residence: str | None = None
    """Two-digit division code; none where the edition doesn't ask or the netizen lives overseas."""
    paradata: str = ""
    """What the page told of the visit, packed, see `collection.paradata`; empty where it told nothing."""
    was_valid: bool = False
    """Of a withdrawn one, whether it had been accepted as valid: so the tallies have counted it, or will."""

    @property
    def valid(self) -> bool:
        """The verdict: it broke no rule."""
        return not self.reasons

    @property
    def accepted_as_valid(self) -> bool:
        """The verdict at its arrival."""
        return self.valid or self.was_valid

    @property
    def withdrawn(self) -> bool:
        """Whether its netizen took it back."""
        return WITHDRAWN in self.reasons

    def emptied(self) -> Self:
        """What is left of it once it is withdrawn: whose link it came by, when, and its receipt."""
        emptied = replace(self, answers=NO_ANSWERS, took_ms=0, residence=None, paradata="")
        return replace(emptied, reasons=(WITHDRAWN,), was_valid=self.accepted_as_valid)

    def says_the_same_as(self, other: "Response") -> bool:
        """Whether both carry the same answers; a retry does."""
        return (self.version, self.answers) == (other.version, other.answers)
