"""A response: what one netizen answered, as it is stored."""

from dataclasses import dataclass

SEND_BY_MS = 10_000
"""Nothing is sent to the table later than this after arrival."""

ACKNOWLEDGE_BY_MS = 30_000
"""A write that returns later than this after arrival is not acknowledged. The settle time exceeds it."""


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

    @property
    def valid(self) -> bool:
        """The verdict: it broke no rule."""
        return not self.reasons

    def says_the_same_as(self, other: "Response") -> bool:
        """Whether both carry the same answers; a retry does."""
        return (self.version, self.answers) == (other.version, other.answers)
