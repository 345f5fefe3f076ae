"""Verdicts on responses."""

from random import Random
from typing import Any

import pytest

from chalicelib.domain.quality import STRAIGHT_LINING, TOO_FAST, floor_ms, judge
from chalicelib.questionnaires import EDITIONS, load
from tests.players import questions, random_answers


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
