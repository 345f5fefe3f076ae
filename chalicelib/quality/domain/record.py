"""What is judged: one response, and what became of it."""

from collections.abc import Mapping
from typing import NamedTuple


class Record(NamedTuple):
    """A response as the scoring reads it. Its fields in order are also the order in which records are read: of two
    that arrived in the same millisecond, what is left decides."""

    accepted_at: int
    """ms since the epoch, as `started_at`."""
    started_at: int
    link: str
    unit: str
    edition: str
    version: str
    packed: str
    """As `instrument.domain.answers` packs it: common part and topics."""
    dwell: tuple[float, ...] = ()
    """Seconds on each section in order, 0 where it wasn't shown; empty where the page didn't tell."""
    device: str = ""
    """What stands for the browser on one campaign; empty where there is none."""
    broken: tuple[str, ...] = ()
    """The rules of `verdicts.acceptance` that it breaks by itself."""

    @property
    def asked(self) -> tuple[str, str]:
        """Edition and version."""
        return self.edition, self.version

    @property
    def took_s(self) -> float:
        """Seconds from the ticket to its arrival."""
        return (self.accepted_at - self.started_at) / 1000


class Verdict(NamedTuple):
    """Valid where there is no reason."""

    reasons: Mapping[str, float]
    """By code, with its figure: what `rules.REASONS` says of each."""

    @property
    def valid(self) -> bool:
        """Whether it counts."""
        return not self.reasons
