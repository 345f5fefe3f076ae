"""Whether a response counts as valid. The rules are data of the questionnaire's version; broken ones are named.

Nothing is ever refused for its quality: the verdict shows only in `valid` and in the final export.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from chalicelib.instrument.domain.question import Matrix
from chalicelib.instrument.domain.questionnaire import Questionnaire

TOO_FAST = "too_fast"
STRAIGHT_LINING = "straight_lining"
HURRIED = "hurried"
_FEWEST = 3
"""Sections shown, below which nothing is said of their pace."""


class _Rules(NamedTuple):
    """A questionnaire's rules, compiled. A floor of 0 and no matrices: the rule is off."""

    floor_ms: int
    topics: tuple[tuple[frozenset[str], int], ...]  # question ids, what the topic adds to the floor
    matrices: tuple[tuple[str, frozenset[str]], ...]  # question id, poles of its rows
    floors: tuple[float, ...]  # seconds, for each section in order; 0: none


def judge(
    q: Questionnaire, answers: Mapping[str, object], took_ms: int, dwell: Sequence[float] = ()
) -> tuple[str, ...]:
    """Names of the rules that valid answers break, given `took_ms` after their ticket's issue; empty: valid.

    `dwell`: the seconds that the page claims for each section in order, 0 where it wasn't shown; empty: it told none.
    """
    rules = _compiled(q)
    broken = []
    if took_ms < rules.floor_ms + _topics_ms(rules, answers):
        broken.append(TOO_FAST)
    if _all_the_same(rules, answers):
        broken.append(STRAIGHT_LINING)
    if dwell and rules.floors and _hurried(rules.floors, dwell):
        broken.append(HURRIED)
    return tuple(broken)


def floor_ms(q: Questionnaire, answers: Mapping[str, object]) -> int:
    """Milliseconds below which nobody reads the common part and those topics that have an answer; 0: no rule."""
    rules = _compiled(q)
    return rules.floor_ms + _topics_ms(rules, answers)


def _hurried(floors: Sequence[float], dwell: Sequence[float]) -> bool:
    """Half of the sections shown were left before anybody has read them."""
    below = [spent < floor for spent, floor in zip(dwell, floors, strict=False) if spent > 0 and floor]
    return len(below) >= _FEWEST and 2 * sum(below) >= len(below)


def _topics_ms(rules: _Rules, answers: Mapping[str, object]) -> int:
    return sum(ms for ids, ms in rules.topics if not ids.isdisjoint(answers))


def _all_the_same(rules: _Rules, answers: Mapping[str, object]) -> bool:
    """Every row of the common matrices got the same stars, although a negative row turns the scale around."""
    stars: set[object] = set()
    poles: set[str] = set()
    for question, of_rows in rules.matrices:
        rows = answers.get(question)
        if isinstance(rows, Mapping):
            stars.update(rows.values())
            poles |= of_rows
        if len(stars) > 1:
            return False
    return len(poles) > 1


@lru_cache(maxsize=32)
def _compiled(q: Questionnaire) -> _Rules:
    too_fast, straight_lining = q.common.quality.too_fast, q.common.quality.straight_lining
    hurried = q.common.quality.hurried
    matrices = [question for question in q.questions() if isinstance(question, Matrix) and straight_lining]
    return _Rules(
        1000 * too_fast.floor_s if too_fast else 0,
        tuple(
            (frozenset(question.id for question in topic.questions), 1000 * topic.floor_s)
            for topic in q.modules.values()
            if too_fast
        ),
        tuple((matrix.id, frozenset(row.pole for row in matrix.rows)) for matrix in matrices),
        tuple(hurried.floors.get(section, 0.0) for section in q.section_ids) if hurried else (),
    )
