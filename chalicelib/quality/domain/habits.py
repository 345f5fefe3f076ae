"""Habits of an answerer, without regard to what is asked: how stars are given, and how much is chosen."""

from collections.abc import Sequence
from math import log, sqrt
from typing import Any

from chalicelib.instrument.domain.question import Matrix, Multiple, Rating
from chalicelib.quality.domain.layout import Layout, Parts, Token


def habits(layout: Layout, parts: Parts) -> list[float]:
    """Mean, spread, extremes and evenness of the stars, their answer to negative rows; how many options are chosen."""
    stars: list[float] = []
    turned: list[float] = []
    within: list[float] = []
    chosen: list[float] = []
    exclusive = asked = 0
    for token, value in layout.asked(parts):
        question = token.question
        if isinstance(question, Matrix):
            given = _on_scale(question, value)
            stars += given
            within.append(_spread(given))
            turned += [star for star, row in zip(given, question.rows, strict=True) if row.pole == "negative"]
        elif isinstance(question, Rating):
            stars += _on_scale(question, [value])
        elif isinstance(question, Multiple):
            asked += 1
            chosen.append(log(int(value).bit_count()))
            exclusive += _is_exclusive(token, value)
    mean, n = _mean(stars), len(stars) or 1
    return [
        mean,
        _spread(stars),
        _mean(within),
        sum(one < 0.05 for one in within) / (len(within) or 1),
        sum(star == 1.0 for star in stars) / n,
        sum(star == 0.0 for star in stars) / n,
        _mean(turned) - mean if turned else 0.0,
        _mean(chosen) + _spread(chosen),
        exclusive / (asked or 1),
    ]


def _is_exclusive(token: Token, mask: Any) -> bool:
    question = token.question
    assert isinstance(question, Multiple)
    return any(option.exclusive and mask >> n & 1 for n, option in enumerate(question.options))


def _on_scale(question: Matrix | Rating, stars: Sequence[int]) -> list[float]:
    low, span = question.scale.min, question.scale.max - question.scale.min
    return [(star - low) / span for star in stars]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _spread(values: Sequence[float]) -> float:
    if not values:
        return 0.0
    mean = sum(values) / len(values)
    return sqrt(sum([(value - mean) ** 2 for value in values]) / len(values))
