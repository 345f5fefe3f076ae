"""How answers came: pace, rhythm, piles of tickets, several from one browser. Each adds suspicion, none takes any.

What wasn't told (no script, no token) says nothing.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from math import log, sqrt
from statistics import median
from typing import NamedTuple

from chalicelib.quality.domain.record import Record
from chalicelib.quality.domain.rules import Rules

_MOST = 3.0
_REPEATS = 1.5


class Usual(NamedTuple):
    """The middle and the typical distance from it, of the logarithm of something."""

    middle: float
    distance: float

    def below(self, value: float, spreads: float) -> float:
        """Nats for being further below the middle than most people are; at most `_MOST`."""
        return min(_MOST, max(0.0, 1.5 * ((self.middle - log(value)) / self.distance - spreads)))


class Conduct:
    """What is usual in the nation."""

    def __init__(self, sample: Sequence[Record]) -> None:
        self._pace = _usual([record.took_s for record in sample])
        sections = max((len(record.dwell) for record in sample), default=0)
        told = [[r.dwell[n] for r in sample if n < len(r.dwell)] for n in range(sections)]
        self._sections = [_usual(seconds) for seconds in told]
        self._rhythm = _usual([spread for record in sample if (spread := self._spread(record)) is not None])

    def odd(self, record: Record, repeats: int, pile: bool) -> float:
        """Nats, without a cap. `repeats`: earlier responses of the same browser on the same unit."""
        found = self._slowness(record)
        spread = self._spread(record)
        if spread is not None and self._rhythm:
            found += self._rhythm.below(max(spread, 1e-3), 2.0)
        return found + min(_MOST, _REPEATS * log(1 + repeats)) + (_MOST if pile else 0.0)

    def _slowness(self, record: Record) -> float:
        """By the whole and by the sections, whichever says more."""
        whole = self._pace.below(max(record.took_s, 0.1), 2.0) if self._pace else 0.0
        parts = [
            usual.below(seconds, 1.5)
            for usual, seconds in zip(self._sections, record.dwell, strict=False)
            if usual and seconds > 0
        ]
        return max(whole, sum(parts) / len(parts) * 1.5 if parts else 0.0)

    def _spread(self, record: Record) -> float | None:
        """How unevenly the sections were read, against what is usual for each; None for fewer than three."""
        ratios = [
            log(seconds) - usual.middle
            for usual, seconds in zip(self._sections, record.dwell, strict=False)
            if usual and seconds > 0
        ]
        if len(ratios) < 3:
            return None
        middle = sum(ratios) / len(ratios)
        return sqrt(sum([(one - middle) ** 2 for one in ratios]) / len(ratios))


def repeats(records: Sequence[Record]) -> list[int]:
    """For each, in the order of arrival, how many came earlier from the same browser on the same unit."""
    seen = Counter[tuple[str, str]]()
    found = []
    for record in records:
        key = (record.unit, record.device)
        found.append(seen[key] if record.device else 0)
        seen[key] += 1
    return found


def piles(records: Sequence[Record], rules: Rules) -> list[bool]:
    """For each of one link, in the order of arrival, whether it lies in a heap of tickets of one age sent at once."""
    found = [False] * len(records)
    near = rules.pile_near
    for at in range(0, len(records) - near + 1, max(1, near // 4)):
        window = records[at : at + near]
        if window[-1].accepted_at - window[0].accepted_at > 1000 * rules.pile_span_s:
            continue
        ages = [record.took_s for record in window]
        middle = median(ages)
        if median([abs(age - middle) for age in ages]) <= rules.pile_spread * middle:
            found[at : at + near] = [True] * near
    return _long_runs(found, rules.pile_least)


def _long_runs(found: Sequence[bool], least: int) -> list[bool]:
    kept: list[bool] = []
    for is_pile, run in groupby(found):
        number = len(list(run))
        kept += [is_pile and number >= least] * number
    return kept


def _usual(seconds: Sequence[float]) -> Usual | None:
    logs = [log(one) for one in seconds if one > 0]
    if not logs:
        return None
    middle = median(logs)
    return Usual(middle, 1.48 * median([abs(one - middle) for one in logs]) + 0.05)
