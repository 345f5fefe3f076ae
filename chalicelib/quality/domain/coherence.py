"""How well a person's answers hang together: pointwise mutual information over pairs of blocks.

For two cells a and b it is log p(a, b) / p(a) p(b), from counts, drawn to 0 where chance explains them.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations, combinations_with_replacement
from math import log, sqrt
from operator import itemgetter
from typing import Any, Self

from chalicelib.quality.domain.layout import BLOCKS, Cells

PAIRS = tuple(combinations_with_replacement(BLOCKS, 2))


class Coherence:
    """What was learnt from the answers of many."""

    def __init__(self, groups: Sequence[range], answers: Iterable[Cells], smoothing: float) -> None:
        """`groups`: the cells of which one answer takes one."""
        size, given = groups[-1].stop, list(answers)
        total, held = len(given), _held(given, size)
        single = [one.bit_count() for one in held]
        self._rare = [-log((count + 0.5) / (total + 0.5 * size)) for count in single]
        self._pairs = [[0.0] * size for _ in range(size)]
        for group, further in combinations(groups, 2):
            self._tie(held, group, further, smoothing)

    @classmethod
    def of_kept(cls, kept: Sequence[Any]) -> Self:
        """The one that gave `kept`."""
        made = cls.__new__(cls)
        made._rare, made._pairs = kept
        return made

    def kept(self) -> Sequence[Any]:
        """As JSON can hold it, to the last bit."""
        return self._rare, self._pairs

    def measures(self, cells: Cells) -> list[float]:
        """Information by pair of blocks, then how rare the answers of each block are; both by their number."""
        ties = [self._between(cells[one], cells[other], one == other) for one, other in PAIRS]
        return ties + [sum([self._rare[cell] for cell in block]) / (len(block) or 1) for block in cells]

    def _between(self, one: tuple[int, ...], other: tuple[int, ...], same: bool) -> float:
        if not one or not other or (same and len(one) < 2):
            return 0.0
        pairs = self._pairs
        if len(other) == 1:
            return sum([pairs[cell][other[0]] for cell in one]) / sqrt(len(one))
        pick = itemgetter(*other)
        total = sum(map(sum, map(pick, map(pairs.__getitem__, one))))
        if not same:
            return total / sqrt(len(one) * len(other))
        return total / sqrt(2 * len(one) * (len(one) - 1))

    def _tie(self, held: Sequence[int], one: range, other: range, smoothing: float) -> None:
        """Of each cell of a group with each of another; the less, the better chance explains it (likelihood ratio)."""
        seen = [[(held[a] & held[b]).bit_count() for b in other] for a in one]
        rows, columns = [sum(row) for row in seen], [sum(column) for column in zip(*seen, strict=True)]
        total = sum(rows)
        evidence = 2 * sum(
            n * log(n * total / (rows[a] * columns[b])) for a, row in enumerate(seen) for b, n in enumerate(row) if n
        )
        chance = (sum(map(bool, rows)) - 1) * (sum(map(bool, columns)) - 1)
        trust = 1 - chance / evidence if evidence > chance > 0 else 0.0
        if trust:
            for a, row in enumerate(seen):
                for b, n in enumerate(row):
                    usual = rows[a] * columns[b] / total
                    tie = trust * log((n + smoothing) / (usual + smoothing))
                    self._pairs[one[a]][other[b]] = self._pairs[other[b]][one[a]] = tie


def _held(answers: Sequence[Cells], size: int) -> list[int]:
    """For each cell, a bit for each of the answers that has it: two cells' common bits are counted at once."""
    found = [bytearray(len(answers) // 8 + 1) for _ in range(size)]
    for at, cells in enumerate(answers):
        byte, bit = at >> 3, 1 << (at & 7)
        for block in cells:
            for cell in block:
                found[cell][byte] |= bit
    return [int.from_bytes(one, "little") for one in found]
