"""Robots made from the data itself: what answers look like that no single person gave.

*Mixed*: each question as another person answered it, or each block. *Drawn*: even draws over the options, never an
exclusive one, and stars by a habit.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from chalicelib.instrument.domain.answers import COMMON
from chalicelib.instrument.domain.question import Matrix, Multiple, Rating
from chalicelib.quality.domain.layout import Layout, Parts, Token

Made = dict[str, list[Any]]
Robot = Callable[[Layout, Sequence[Parts], Random], Made]


def mixed(layout: Layout, people: Sequence[Parts], rng: Random) -> Made:
    """Each question as answered by somebody else."""
    return _of_others(layout, people, rng, lambda token: token.first)


def patched(layout: Layout, people: Sequence[Parts], rng: Random) -> Made:
    """Each block as answered by somebody else."""
    return _of_others(layout, people, rng, lambda token: token.block)


def flat(layout: Layout, people: Sequence[Parts], rng: Random) -> Made:
    """Drawn, with one high score for a whole matrix."""
    return _drawn(layout, people, rng, lambda low, high, _: [_high(low, high, rng)])


def topmost(layout: Layout, people: Sequence[Parts], rng: Random) -> Made:
    """Drawn, with the same stars everywhere, most often the highest."""
    share = rng.choice((1.0, 1.0, 0.9, 0.8, 0.5))
    return _drawn(layout, people, rng, lambda low, high, _: [low + round((high - low) * share)])


def lofty(layout: Layout, people: Sequence[Parts], rng: Random) -> Made:
    """Drawn, with a high score for each row."""
    return _drawn(layout, people, rng, lambda low, high, rows: [_high(low, high, rng) for _ in range(rows)])


def even(layout: Layout, people: Sequence[Parts], rng: Random) -> Made:
    """Drawn, stars too."""
    return _drawn(layout, people, rng, lambda low, high, rows: [rng.randint(low, high) for _ in range(rows)])


MIXED: tuple[Robot, ...] = (mixed, patched)
DRAWN: tuple[Robot, ...] = (flat, topmost, lofty, even)


def _of_others(layout: Layout, people: Sequence[Parts], rng: Random, of: Callable[[Token], int]) -> Made:
    """The topics are those of one person; their answers come from people who had them too, where one is met soon."""
    model = people[int(rng.random() * len(people))]
    made: Made = {part: [None] * len(values) for part, values in model.items()}
    donors: dict[tuple[str, int], Parts] = {}
    for token, value in layout.asked(model):
        key = (token.part, of(token))
        if key not in donors:
            donors[key] = _somebody(people, token.part, rng) or model
        given = donors[key][token.part]
        other = given[token.place] if token.place < len(given) else None
        made[token.part][token.place] = value if other is None else other
    return made


def _somebody(people: Sequence[Parts], part: str, rng: Random) -> Parts | None:
    for _ in range(1 if part == COMMON else 40):
        other = people[int(rng.random() * len(people))]
        if part in other:
            return other
    return None


def _drawn(layout: Layout, people: Sequence[Parts], rng: Random, stars: Callable[[int, int, int], list[int]]) -> Made:
    """The topics and the division are somebody's."""
    model = people[int(rng.random() * len(people))]
    made: Made = {part: [None] * len(values) for part, values in model.items()}
    for token, value in layout.asked(model):
        made[token.part][token.place] = _draw(token, value, rng, stars)
    return made


def _draw(token: Token, value: Any, rng: Random, stars: Callable[[int, int, int], list[int]]) -> Any:
    question = token.question
    if isinstance(question, Matrix):
        given = stars(question.scale.min, question.scale.max, len(question.rows))
        return given if len(given) > 1 else given * len(question.rows)
    if isinstance(question, Rating):
        return stars(question.scale.min, question.scale.max, 1)[0]
    if isinstance(question, Multiple):
        free = [1 << n for n, option in enumerate(question.options) if not option.exclusive]
        return sum(rng.sample(free, rng.randint(1, min(len(free), question.max_choices or 4, 6))))
    leaves = getattr(question, "leaves", None)
    return value if leaves is None else int(rng.random() * len(leaves()))


def _high(low: int, high: int, rng: Random) -> int:
    """7 to 9 of 1 to 10."""
    top = high - 1 if high - low > 3 else high
    return top - int(rng.random() * min(3, top - low + 1))
