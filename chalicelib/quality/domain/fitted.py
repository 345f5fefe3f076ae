"""What was learnt of one questionnaire's version, and with it the verdicts on one unit's responses."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple, Self

from chalicelib.instrument.domain.answers import parts_of
from chalicelib.quality.domain import conduct
from chalicelib.quality.domain.layout import Layout, Parts
from chalicelib.quality.domain.likeness import Likeness, Rarity, Sieve
from chalicelib.quality.domain.model import Half, fit
from chalicelib.quality.domain.neighbours import contamination
from chalicelib.quality.domain.record import Record
from chalicelib.quality.domain.rules import CONDUCT, COPY, Rules

_SURE = 30.0
"""Nats of what is odd beyond doubt; below 0, of what isn't."""


class Learnt(NamedTuple):
    """What takes long to learn; the rest comes with the sample."""

    halves: tuple[Half, Half]
    odds: list[float]
    """Nats of each of the sample."""

    @classmethod
    def of_json(cls, text: bytes) -> Self:
        """The one that `json` wrote."""
        (one, other), odds = json.loads(text)
        return cls((Half.of_kept(one), Half.of_kept(other)), odds)

    def json(self) -> bytes:
        """To the last bit."""
        return json.dumps([[half.kept() for half in self.halves], self.odds]).encode()


class Fitted:
    """Learnt from a sample without labels."""

    def __init__(self, layout: Layout, sample: Sequence[Record], rules: Rules, learnt: Learnt | None = None) -> None:
        """`sample`: drawn by hash, in that order; `learnt`: what was learnt of it before, if it was."""
        self._layout, self._rules = layout, rules
        parts = [parts_of(record.packed) for record in sample]
        self.rarity = Rarity(layout, parts)
        self._halves = learnt.halves if learnt else fit(layout, parts, rules)
        self._side = {record: n % 2 for n, record in enumerate(sample)}
        odds = (
            learnt.odds if learnt else [self._alone(record, one)[1] for record, one in zip(sample, parts, strict=True)]
        )
        self.learnt = Learnt(self._halves, odds)
        self._usual = conduct.Conduct([record for record, odd in zip(sample, odds, strict=True) if odd < 0])
        self._base = min(0.5, max(0.02, sum(odd > 0 for odd in odds) / max(1, len(odds))))

    def likeness(self, shared: Sieve) -> Likeness:
        """Tells copies among all responses."""
        return Likeness(self.rarity, self._rules, shared)

    def judge(self, records: Sequence[Record], shares: Sequence[float]) -> list[dict[str, float]]:
        """The reasons against each, beyond those at acceptance. `records`: all of one unit, in the order of arrival;
        `shares`: how like an earlier one each is."""
        found = [{COPY: round(share, 3)} if share else {} for share in shares]
        judged = [self._alone(record, parts_of(record.packed)) for record in records]
        kinds, odds = [kind for kind, _ in judged], [odd for _, odd in judged]
        for at, reason in self._together(records, kinds, odds, found):
            found[at] |= reason
        return found

    def _alone(self, record: Record, parts: Parts) -> tuple[str, float]:
        """What the answers say by themselves: the kind of robot that explains them best, and the nats for it. What the
        tables were learnt from is judged by those of the other half."""
        half = self._halves[1 - self._side.get(record, 1)]
        kind, odd = half.odd(self._layout, parts, self._layout.cells(parts), self._rules.handicap)
        return kind, max(-self._rules.coherent_at_most, odd)

    def _together(
        self, records: Sequence[Record], kinds: list[str], odds: list[float], own: list[dict[str, float]]
    ) -> list[tuple[int, dict[str, float]]]:
        """Answers, conduct and neighbours, added."""
        again = conduct.repeats(records)
        links: dict[str, list[int]] = defaultdict(list)
        for at, record in enumerate(records):
            links[record.link].append(at)
        found = []
        for places in links.values():
            heap = conduct.piles([records[at] for at in places], self._rules)
            acts = [self._acts(records[at], again[at], pile) for at, pile in zip(places, heap, strict=True)]
            alone = [odds[at] + act for at, act in zip(places, acts, strict=True)]
            wrong = (own[at] or records[at].broken for at in places)
            known = [_SURE if one else odd for one, odd in zip(wrong, alone, strict=True)]
            added = self._near([kinds[at] for at in places], known)
            for at, one, near in zip(places, alone, added, strict=True):
                if one + near > 0:
                    found.append((at, {kinds[at] if odds[at] > 0 else CONDUCT: round(one + near, 2)}))
        return found

    def _acts(self, record: Record, again: int, pile: bool) -> float:
        return min(self._rules.conduct_cap, self._usual.odd(record, again, pile))

    def _near(self, kinds: Sequence[str], odds: Sequence[float]) -> list[float]:
        """What the neighbours on a link add: those that are odd in the same way."""
        found = [0.0] * len(odds)
        for kind in set(kinds):
            alike = [odd if one == kind else -_SURE for one, odd in zip(kinds, odds, strict=True)]
            for at, nats in enumerate(contamination(alike, self._base, self._rules)):
                if kinds[at] == kind:
                    found[at] = nats
        return found
