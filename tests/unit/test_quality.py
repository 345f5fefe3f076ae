"""Verdicts on responses."""

from collections.abc import Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.instrument.domain.questionnaire import Common, Questionnaire, Topic
from chalicelib.instrument.questionnaires import EDITIONS, load, regions
from chalicelib.verdicts.acceptance import STRAIGHT_LINING, TOO_FAST, floor_ms, judge
from infra.drills.players import questions, random_answers


def answered(edition: str, topics: tuple[str, ...] = ()) -> dict[str, Any]:
    """Answers of somebody who read the questions."""
    return random_answers(load(edition).published("en"), topics, Random(7))


def with_all_stars(edition: str, answers: dict[str, Any], stars: int) -> dict[str, Any]:
    """The same, with `stars` in every row."""
    matrices = [one for one in questions(load(edition).published("en"), ()) if one["type"] == "matrix"]
    return answers | {one["id"]: {row["id"]: stars for row in one["rows"]} for one in matrices}


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_considered_response_is_valid(edition: str) -> None:
    """Enough time and differing stars break no rule."""
    assert judge(load(edition), answered(edition), 240_000) == ()


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_floor_is_exclusive(edition: str) -> None:
    """A millisecond below the floor is too fast, the floor itself is not."""
    floor = floor_ms(load(edition), answered(edition))

    assert floor == 45_000
    assert judge(load(edition), answered(edition), floor - 1) == (TOO_FAST,)
    assert judge(load(edition), answered(edition), floor) == ()


def test_topics_raise_the_floor() -> None:
    """Each topic that was answered takes its own time."""
    q = load("public")

    floors = [floor_ms(q, answered("public", topics)) for topics in ((), ("privacy",), ("privacy", "minors"))]

    assert floors == [45_000, 57_000, 69_000]


@pytest.mark.parametrize("stars", [1, 5, 10])
def test_the_same_stars_everywhere_contradict_the_poles(stars: int) -> None:
    """Whoever gives every row the same agrees with opposites."""
    answers = with_all_stars("public", answered("public"), stars)

    assert judge(load("public"), answers, 240_000) == (STRAIGHT_LINING,)
    assert judge(load("public"), answers, 0) == (TOO_FAST, STRAIGHT_LINING)


def test_one_differing_row_is_enough() -> None:
    """A single other star shows that the rows were looked at."""
    answers = with_all_stars("public", answered("public"), 8)
    answers["q9"]["worried"] = 3

    assert judge(load("public"), answers, 240_000) == ()


def with_poles(*matrices: list[str], topics: Sequence[Topic] = ()) -> Questionnaire:
    """A questionnaire of matrices, `m0`, `m1` …; of each the poles of its rows, `r0`, `r1` … Nothing is too fast."""
    questions = [
        {
            "id": f"m{number}",
            "type": "matrix",
            "text": {"zh-Hans": "问"},
            "scale": {"min": 1, "max": 10, "labels": [{"zh-Hans": "星"}]},
            "rows": [{"id": f"r{row}", "text": {"zh-Hans": "行"}, "pole": pole} for row, pole in enumerate(poles)],
        }
        for number, poles in enumerate(matrices)
    ]
    common = {
        "edition": "public",
        "version": "1",
        "title": {"zh-Hans": "题"},
        "topics": {"assign": 0, "after": "all"},
        "quality": {"straight_lining": {}},
        "sections": [{"id": "all", "title": {"zh-Hans": "全"}, "questions": questions}],
    }
    return Questionnaire(Common.model_validate(common), topics, regions())


poles = st.lists(st.sampled_from(["positive", "negative"]), min_size=2, max_size=4)


@given(st.lists(st.tuples(poles, st.booleans()), min_size=1, max_size=3), st.integers(1, 10))
def test_equal_stars_are_odd_only_where_they_contradict_each_other(
    matrices: list[tuple[list[str], bool]], stars: int
) -> None:
    """Sevens everywhere are honest where all rows that were answered point the same way; matrices may be skipped."""
    q = with_poles(*(of_rows for of_rows, _ in matrices))
    answers = {
        f"m{number}": {f"r{row}": stars for row in range(len(of_rows))}
        for number, (of_rows, answered) in enumerate(matrices)
        if answered
    }

    contradicts = len({pole for of_rows, answered in matrices if answered for pole in of_rows}) == 2
    assert judge(q, answers, 0) == ((STRAIGHT_LINING,) if contradicts else ())


def test_a_rule_that_is_absent_is_off() -> None:
    """Topics add to the floor of a rule; without it they are no rule of their own."""
    free_text = {"id": "t_q", "type": "text", "text": {"zh-Hans": "问"}, "max_length": 9}
    topic = Topic.model_validate({"id": "t", "title": {"zh-Hans": "题"}, "floor_s": 5, "questions": [free_text]})
    q = with_poles(["positive", "negative"], topics=[topic])

    assert floor_ms(q, {"t_q": "x"}) == 0
    assert judge(q, {"t_q": "x"}, 0) == ()
