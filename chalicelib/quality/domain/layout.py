"""Answers of one questionnaire's version as cells: each a question (or a part of one) with a coarse answer.

Cells are numbered through. They lie in four blocks, whatever the questionnaire: *about* (the section that asks for
the residence), *life* (single choices elsewhere), *choices* (multiple ones, three options a cell), *stars*.
Words, and what only some are asked, aren't looked at.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import getitem
from typing import Any, NamedTuple

from chalicelib.instrument.domain.answers import COMMON
from chalicelib.instrument.domain.question import Cascade, FreeText, Matrix, Multiple, Question, Rating, Region, Single
from chalicelib.instrument.domain.questionnaire import Questionnaire

ABOUT, LIFE, CHOICES, STARS = BLOCKS = range(4)
Parts = Mapping[str, Sequence[Any]]
"""Packed answers by topic, see `instrument.domain.answers.parts_of`."""
Cells = tuple[tuple[int, ...], ...]
"""By block, in the order of the questions."""
_BINS = 5
_OPTIONS = 3
_REMEMBERED = 4_096
"""Choices of a question whose cells are kept."""


class Token(NamedTuple):
    """One question, compiled."""

    part: str
    place: int
    block: int
    question: Question
    first: int
    cells: Callable[[Any], tuple[int, ...]]
    """Of its packed answer."""
    levels: Mapping[int, float]
    """Of each star: where it lies between the lowest, 0, and the highest, 1."""
    turned: tuple[int, ...]
    """The rows that turn the scale around."""
    exclusive: int
    """The options that exclude all others, as bits."""


class Layout:
    """A questionnaire compiled; get it from `layout_of`."""

    def __init__(self, q: Questionnaire) -> None:
        self.tokens: list[Token] = []
        self.groups: list[range] = []
        """The cells of which one answer takes one."""
        first = 0
        self.parts = (COMMON, *q.topics)
        about = {
            one.id for section in q.common.sections if _asks_residence(section.questions) for one in section.questions
        }
        for part in self.parts:
            for place, question in enumerate(q.questions(part or None)):
                if not isinstance(question, FreeText) and question.show_if is None:
                    block = _block(question, question.id in about)
                    groups, size, cells = _cells(question, q, first)
                    self.tokens.append(Token(part, place, block, question, first, cells, *_traits(question)))
                    self.groups += [range(first + size * n, first + size * (n + 1)) for n in range(groups)]
                    first += size * groups
        self.of_part = {part: [token for token in self.tokens if token.part == part] for part in self.parts}

    def asked(self, parts: Parts) -> Iterator[tuple[Token, Any]]:
        """The questions answered, with their packed answers."""
        for part, values in parts.items():
            for token in self.of_part[part]:
                if token.place < len(values) and (value := values[token.place]) is not None:
                    yield token, value

    def cells(self, parts: Parts) -> Cells:
        """The cells of packed answers."""
        found: tuple[list[int], ...] = ([], [], [], [])
        for token, value in self.asked(parts):
            found[token.block].extend(token.cells(value))
        return tuple(map(tuple, found))


@lru_cache(maxsize=32)
def layout_of(q: Questionnaire) -> Layout:
    """The compiled layout of a questionnaire; the same object each time."""
    return Layout(q)


def _asks_residence(questions: Sequence[Question]) -> bool:
    return any(isinstance(one, Region) and one.residence for one in questions)


def _block(question: Question, about: bool) -> int:
    if isinstance(question, Matrix | Rating):
        return STARS
    if isinstance(question, Multiple):
        return CHOICES
    return ABOUT if about else LIFE


def _traits(question: Question) -> tuple[Mapping[int, float], tuple[int, ...], int]:
    """Levels, turned rows and exclusive options of a token."""
    levels, turned, exclusive = dict[int, float](), tuple[int, ...](), 0
    if isinstance(question, Matrix | Rating):
        low, high = question.scale.min, question.scale.max
        levels = {star: (star - low) / (high - low) for star in range(low, high + 1)}
    if isinstance(question, Matrix):
        turned = tuple(n for n, row in enumerate(question.rows) if row.pole == "negative")
    if isinstance(question, Multiple):
        exclusive = sum(1 << n for n, option in enumerate(question.options) if option.exclusive)
    return levels, turned, exclusive


def _cells(question: Question, q: Questionnaire, first: int) -> tuple[int, int, Callable[[Any], tuple[int, ...]]]:
    """How many groups of how many cells a question has, and which cells, from `first` on, an answer takes."""
    match question:
        case Single():
            return 1, len(question.options), lambda value: (first + value,)
        case Cascade():
            groups = tuple(first + n for n, group in enumerate(question.options) for _ in group.options or (group,))
            return 1, len(question.options), lambda value: (groups[value],)
        case Region():
            number = {int(province): first + at for at, province in enumerate(q.regions.provinces)}
            return 1, len(number), lambda value: (number[int(value) // 10_000],)
        case Multiple():
            return _chosen(len(question.options), first)
        case Rating():
            one = _bins(question, first)
            return 1, _BINS, lambda star: (one[star],)
        case Matrix():
            rows = [_bins(question, first + _BINS * n) for n in range(len(question.rows))]
            return len(rows), _BINS, lambda stars: tuple(map(getitem, rows, stars))
    raise AssertionError(question)


def _chosen(options: int, first: int) -> tuple[int, int, Callable[[Any], tuple[int, ...]]]:
    """Likewise, of a multiple choice."""
    size = 1 << _OPTIONS
    starts = [first + size * n for n in range(-(-options // _OPTIONS))]

    @lru_cache(_REMEMBERED)
    def cells(mask: int) -> tuple[int, ...]:
        return tuple([start + (mask >> _OPTIONS * n) % size for n, start in enumerate(starts)])

    return len(starts), size, cells


def _bins(question: Rating | Matrix, first: int) -> dict[int, int]:
    low, high = question.scale.min, question.scale.max
    return {star: first + (star - low) * _BINS // (high - low + 1) for star in range(low, high + 1)}
