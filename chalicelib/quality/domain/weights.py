"""A logistic ratio between two groups: how much likelier what was measured is in the second, in nats."""

from collections.abc import Sequence
from math import exp, log, sqrt
from operator import mul
from random import Random
from typing import NamedTuple

_FAR = 5.0
Rows = Sequence[Sequence[float]]


class Scale(NamedTuple):
    """Mean and spread of each measure in the first group."""

    means: tuple[float, ...]
    spreads: tuple[float, ...]

    def of(self, row: Sequence[float]) -> list[float]:
        """The measures in spreads from the mean, none further than `_FAR`, and their squares."""
        z = [(value - mean) / spread for value, mean, spread in zip(row, self.means, self.spreads, strict=True)]
        if max(z) > _FAR or min(z) < -_FAR:
            z = [min(_FAR, max(-_FAR, value)) for value in z]
        return [1.0, *z, *[value * value * 0.5 for value in z]]


def scale_of(rows: Rows) -> Scale:
    """From the rows of the first group."""
    n = len(rows)
    means = tuple(sum(column) / n for column in zip(*rows, strict=True))
    columns = zip(zip(*rows, strict=True), means, strict=True)
    return Scale(means, tuple(sqrt(sum((x - mean) ** 2 for x in column) / n) + 1e-6 for column, mean in columns))


def learn(first: Rows, second: Rows, *, epochs: int, rate: float, ridge: float) -> list[float]:
    """Weights on scaled rows, by descent in a fixed order of chance; the groups' sizes don't count."""
    balance = log(len(second) / len(first))
    weights = [0.0] * len(first[0])
    data = [(row, 0.0) for row in first] + [(row, 1.0) for row in second]
    rng, steps = Random(19), 0  # noqa: S311 - chance that can be had again
    for _ in range(epochs):
        rng.shuffle(data)
        for row, label in data:
            steps += 1
            score = sum(map(mul, weights, row)) + balance
            error = label - _sigmoid(score)
            pace = rate / (1 + 4 * steps / len(data))
            if abs(error) > 1e-3:
                step, keep = pace * error, 1 - pace * ridge
                weights = [keep * weight + step * value for weight, value in zip(weights, row, strict=True)]
    return weights


def ratio(weights: Sequence[float], row: Sequence[float]) -> float:
    """Of a scaled row."""
    return float(sum(map(mul, weights, row)))


def _sigmoid(score: float) -> float:
    return 1 / (1 + exp(-max(-30.0, min(30.0, score))))
