"""A mail on its way: wanted once for an occasion and an addressee, tried with patience, then sent or given up."""

from collections.abc import Sequence
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

SECRETARIAT = "~"
"""The secretariat among the addressees; no unit's code can be this."""

MINUTE_MS = 60_000
PATIENCE_MS = tuple(minutes * MINUTE_MS for minutes in (1, 2, 5, 10, 30, 60, 120))
"""How long to wait after each try that failed; after the last, nobody tries any more unless somebody asks for it."""


class Delivery(StrEnum):
    """How far a mail has come."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


def prefix(at_ms: int, occasion: str) -> str:
    """How the keys of an occasion's mails begin."""
    return f"{at_ms:015d}-{occasion}-"


class Outgoing(BaseModel):
    """One mail. Immutable; each step makes a new one."""

    model_config = ConfigDict(frozen=True)

    campaign: str
    occasion: str
    """The name of its kind."""
    at: int
    """The slot that it is for, or when it was asked for (ms)."""
    addressee: str
    """A unit's code, or `SECRETARIAT`."""
    to: tuple[str, ...]
    progress: Delivery = Delivery.WAITING
    tries: int = 0
    due_at: int = 0
    """The earliest instant of the next try (ms)."""
    doubtful: bool = False
    """Whether a try may have got through without our knowing: a crash or a broken line in the middle of it."""
    sent_at: int | None = None
    subject: str = ""
    text: str = ""
    """What it said at the last try, for a person to look at; empty where it is nobody else's business."""
    attached: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    """Those of `to` whom the mail server didn't take it for."""
    problem: str = ""
    """What the mail server said last, where it didn't take it."""

    @property
    def key(self) -> str:
        """Its place in the campaign's outbox, which sorts by time; it can stand in a path."""
        return f"{prefix(self.at, self.occasion)}{self.addressee}"

    @property
    def name(self) -> str:
        """Names the occasion and the addressee among all mails; a repeat has the same name."""
        return f"{self.campaign}#{self.key}"

    def trying(self, at_ms: int, subject: str, text: str, attached: Sequence[str]) -> "Outgoing":
        """As it is stored before a try: a crash in the middle of it leaves it doubtful, and due again later."""
        said = {"subject": subject, "text": text, "attached": tuple(attached)}
        return self._with(tries=self.tries + 1, due_at=at_ms + PATIENCE_MS[0], doubtful=True, **said)

    def sent(self, at_ms: int, refused: tuple[str, ...] = ()) -> "Outgoing":
        """After the mail server has taken it, for all but `refused`."""
        return self._with(progress=Delivery.SENT, sent_at=at_ms, doubtful=False, refused=refused, problem="")

    def failed(self, at_ms: int, problem: str, *, doubtful: bool) -> "Outgoing":
        """After a try that failed: due again after a while, or given up."""
        if self.tries > len(PATIENCE_MS):
            return self._with(progress=Delivery.FAILED, problem=problem, doubtful=doubtful)
        return self._with(due_at=at_ms + PATIENCE_MS[self.tries - 1], problem=problem, doubtful=doubtful)

    def again(self) -> "Outgoing":
        """As somebody asks for it who has seen that it was given up."""
        return self._with(progress=Delivery.WAITING, tries=0, due_at=0)

    def _with(self, **changes: object) -> "Outgoing":
        return self.model_copy(update=changes)
