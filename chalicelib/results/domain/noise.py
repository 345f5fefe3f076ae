"""Noise on counts by cell keys, so that the same cell shows the same figure wherever it is asked for.

Each response has a secret key of one byte; a cell's key is the sum of its responses' keys, modulo 256, and chooses a
column of a table that has a row for each true count. The law is the one of greatest entropy that is unbiased, has the
variance wanted and never leaves a count between 1 and `never_below` - 1 (the method of Australia's and England's
censuses: Thompson, Broadfoot, Elazar 2013; ONS, Protecting personal data in Census 2021). Counts of 1 to 4 become 0
or 5, for which no law of a smaller variance exists. Zero stays zero.
"""

import math
from collections.abc import Sequence
from functools import cache, cached_property
from itertools import accumulate, repeat

from pydantic import BaseModel, ConfigDict

KEYS = 256
"""A record key and a cell key are from 0 to this, exclusive."""
ROUNDS = 200
CLOSE = 1e-12


class NoiseLaw(BaseModel):
    """What the noise keeps to."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    variance: float
    most: int
    """No count moves by more than this, but those below `never_below`, which move by less than `never_below`."""
    never_below: int
    """The smallest count, besides zero, that is ever shown."""

    @cached_property
    def rows(self) -> tuple[tuple[int, ...], ...]:
        """What is added to each true count by cell key; all larger counts are as the last."""
        return tuple(noise_row(count, self) for count in range(self.never_below + self.most + 1))


def noised(count: int, cell_key: int, law: NoiseLaw) -> int:
    """The count to show for a true one; `cell_key` is the sum of its records' keys, reduced here."""
    rows = law.rows
    return rows[min(count, len(rows) - 1)][cell_key % KEYS] + count


@cache
def noise_row(count: int, law: NoiseLaw) -> tuple[int, ...]:
    """What each of the 256 cell keys adds to a true count; rows from `never_below` + `most` on are alike."""
    moves = _moves(count, law)
    chances = _chances(count, moves, law)
    ends = [round(KEYS * end) for end in accumulate(chances)]
    starts = [0, *ends[:-1]]
    return tuple(
        move for move, start, end in zip(moves, starts, ends, strict=True) for move in repeat(move, end - start)
    )


def _moves(count: int, law: NoiseLaw) -> list[int]:
    """What may be added to a count."""
    if count < law.never_below:
        return [-count, law.never_below - count] if count else [0]
    shown = range(count - law.most, count + law.most + 1)
    return [n - count for n in shown if n == 0 or n >= law.never_below]


def _chances(count: int, moves: Sequence[int], law: NoiseLaw) -> list[float]:
    """The chance of each move."""
    if count == 0:
        return [1.0]
    if count < law.never_below:
        return [1 - count / law.never_below, count / law.never_below]
    return _greatest_entropy(moves, law.variance)


def _greatest_entropy(moves: Sequence[int], variance: float) -> list[float]:
    """The law on these moves with mean 0 and this variance: p(m) ~ exp(a m + b m²), by Newton's method.

    Raises ValueError where there is none.
    """
    a, b = 0.0, -0.5 / variance
    for _ in range(ROUNDS):
        chances = _exponential(moves, a, b)
        m1, m2, m3, m4 = (sum(p * m**k for p, m in zip(chances, moves, strict=True)) for k in (1, 2, 3, 4))
        if abs(m1) + abs(m2 - variance) < CLOSE:
            return chances
        c11, c12, c22 = m2 - m1 * m1, m3 - m1 * m2, m4 - m2 * m2
        size = c11 * c22 - c12 * c12
        step_a = (-m1 * c22 - (variance - m2) * c12) / size
        step_b = ((variance - m2) * c11 + m1 * c12) / size
        a, b = _descend(moves, variance, (a, b), (step_a, step_b))
    raise ValueError(f"no law on {moves} has variance {variance}")


def _descend(
    moves: Sequence[int], variance: float, at: tuple[float, float], step: tuple[float, float]
) -> tuple[float, float]:
    """The next point on the way: the whole step, or the first halving that lowers the dual, ln Z - b variance."""
    here = _dual(moves, variance, *at)
    for halvings in range(40):
        point = at[0] + step[0] / 2**halvings, at[1] + step[1] / 2**halvings
        if _dual(moves, variance, *point) < here:
            return point
    return at[0] + step[0], at[1] + step[1]


def _dual(moves: Sequence[int], variance: float, a: float, b: float) -> float:
    logs = [a * m + b * m * m for m in moves]
    top = max(logs)
    return top + math.log(sum(math.exp(x - top) for x in logs)) - b * variance


def _exponential(moves: Sequence[int], a: float, b: float) -> list[float]:
    logs = [a * m + b * m * m for m in moves]
    top = max(logs)
    parts = [math.exp(x - top) for x in logs]
    return [part / sum(parts) for part in parts]
