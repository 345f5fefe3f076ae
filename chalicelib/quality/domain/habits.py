"""Habits of an answerer, without regard to what is asked: how stars are given, and how much is chosen."""

from collections.abc import Sequence
from math import log, sqrt

from chalicelib.quality.domain.layout import CHOICES, STARS, Layout, Parts


def habits(layout: Layout, parts: Parts) -> list[float]:
    """Mean, spread, extremes and evenness of the stars, their answer to negative rows; how many options are chosen."""
    stars: list[float] = []
    turned: list[float] = []
    within: list[float] = []
    chosen: list[float] = []
    exclusive = asked = 0
    for token, value in layout.asked(parts):
        if token.block == CHOICES:
            asked += 1
            chosen.append(log(int(value).bit_count()))
            exclusive += bool(value & token.exclusive)
        elif isinstance(value, list):
            given = [token.levels[star] for star in value]
            stars += given
            within.append(_spread(given))
            turned += [given[row] for row in token.turned]
        elif token.block == STARS:
            stars.append(token.levels[value])
    mean, n = _mean(stars), len(stars) or 1
    return [
        mean,
        _spread(stars),
        _mean(within),
        sum([one < 0.05 for one in within]) / (len(within) or 1),
        stars.count(1.0) / n,
        stars.count(0.0) / n,
        _mean(turned) - mean if turned else 0.0,
        _mean(chosen) + _spread(chosen),
        exclusive / (asked or 1),
    ]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _spread(values: Sequence[float]) -> float:
    if not values:
        return 0.0
    mean = sum(values) / len(values)
    return sqrt(sum([(value - mean) ** 2 for value in values]) / len(values))
