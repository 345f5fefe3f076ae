"""What a page tells of a visit: packed small, and ignored where it is odd."""

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.collection.paradata import changes, pack, seconds
from chalicelib.instrument.questionnaires import EDITIONS, load
from chalicelib.verdicts.acceptance import HURRIED, judge
from infra.drills.players import random_answers
from tests.strategies import json_values


@given(st.lists(st.just(0.0) | st.floats(0.1, 3000), min_size=1, max_size=16), st.integers(0, 400))
def test_what_is_told_survives_packing(dwell: list[float], edits: int) -> None:
    """To a step of 4 %, in a byte for each section."""
    told = pack({"dwell": dwell, "edits": edits}, len(dwell), 10**9)

    assert len(told) <= 24
    assert changes(told) == min(edits, 255)
    assert seconds(told) == pytest.approx(dwell, rel=0.025)


@given(json_values | st.fixed_dictionaries({"dwell": json_values, "edits": json_values}))
def test_what_is_odd_is_ignored(claimed: Any) -> None:
    """Whatever is sent, nothing is raised, and nothing is stored that isn't seconds."""
    told = pack(claimed, 3, 60_000)

    assert not told or len(seconds(told)) == 3


@pytest.mark.parametrize("dwell", [[40, 40], [1, 2, 3], [1, -1], [1, True], [float("nan"), 1]])
def test_a_claim_that_can_not_be_is_ignored(dwell: list[float]) -> None:
    """More seconds than passed, another number of sections, or no seconds."""
    assert pack({"dwell": dwell}, 2, 60_000) == ""


@pytest.mark.parametrize("edition", EDITIONS)
def test_sections_that_nobody_has_read_are_hurried(edition: str) -> None:
    """Floors by section are data of the version; a wait afterwards doesn't help, and silence is no evidence."""
    q = load(edition)
    answers = random_answers(q.published("en"), (), Random(7))
    shown = [name in {section.id for section in q.common.sections} for name in q.section_ids]
    robot, person = ([pace * one for one in shown] for pace in (1.2, 12.0))

    assert judge(q, answers, 240_000, robot) == (HURRIED,)
    assert judge(q, answers, 240_000, person) == judge(q, answers, 240_000) == ()
