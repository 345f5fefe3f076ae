"""The index lies on its scale, rises with its answers, and its definition is the one that was frozen."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.instrument.domain.question import Matrix
from chalicelib.instrument.questionnaires import load
from chalicelib.results.domain.index import SCALES, Definition, Points, Scale, chained, definition, index, sensitivity

ONE = definition(1)
ITEMS = [item for area in ONE.definition.areas for item in area.items]
FROZEN = {1: "a07f66e22d7ca93500c9609d97051c98d6fa0a13f8543ab127a9e392183c3720"}

answers = st.fixed_dictionaries(
    {item.id: st.dictionaries(st.integers(1, 10), st.integers(1, 500), min_size=1, max_size=6) for item in ITEMS}
)


@pytest.mark.parametrize("version", FROZEN)
def test_a_definition_never_changes(version: int) -> None:
    """Published figures name this hash: another formula is another version."""
    assert definition(version).sha256 == FROZEN[version]
    assert definition(version).definition.version == version


def test_items_are_rows_that_the_questionnaire_has() -> None:
    """All of q8, q9 and q12, turned round where the questionnaire says that agreeing is bad."""
    rows = {
        f"{question.id}.{row.id}": row.pole == "negative"
        for question in load(ONE.definition.edition, "2026.1").questions()
        if isinstance(question, Matrix) and (question.scale.min, question.scale.max) == (1, 10)
        for row in question.rows
    }

    assert {item.id: item.reverse for item in ITEMS} == rows


def test_figures_by_hand() -> None:
    """Governance at 10 of 10, feeling at the middle whichever way it is turned, work at 1: 100, 50 and 0."""
    at: dict[str, Points] = {"q8": {10: 3}, "q9": {1: 2, 10: 2}, "q12": {1: 7}}
    points = {item.id: at[item.id.partition(".")[0]] for item in ITEMS}

    assert index(points, ONE.definition) == (50.0, {"governance": 100.0, "feeling": 50.0, "work": 0.0})
    assert sensitivity(points, ONE.definition) == {"linear": 50.0, "tenths": 55.0, "levels": 60.0, "top_two": 50.0}
    assert chained(73.4, common_before=60.0, common_now=62.5) == pytest.approx(75.9)


@given(answers, st.sampled_from(sorted(SCALES)))
def test_every_scale_stays_between_0_and_100(points: dict[str, dict[int, int]], scale: Scale) -> None:
    """For any answers; and an area is between its items' extremes."""
    found = index(points, ONE.definition, scale)

    assert found.value is not None
    assert 0 <= found.value <= 100
    areas = [value for value in found.areas.values() if value is not None]
    assert min(areas) - 0.1 <= found.value <= max(areas) + 0.1


@given(answers, st.integers(0, 2**32))
def test_a_better_answer_never_lowers_it(points: dict[str, dict[int, int]], seed: int) -> None:
    """One person more content with one thing: the same or more; less content where the item is turned round."""
    chance = random.Random(seed)
    item = chance.choice(ITEMS)
    point = chance.choice(sorted(points[item.id]))
    better = max(point - 1, 1) if item.reverse else min(point + 1, 10)
    before = index(points, ONE.definition).value

    points[item.id][point] -= 1
    points[item.id][better] = points[item.id].get(better, 0) + 1
    after = index(points, ONE.definition).value

    assert before is not None
    assert after is not None
    assert after >= before


def test_an_area_needs_half_of_its_items() -> None:
    """Three of five questions are enough, two aren't; and without an area there is no index, which is no zero."""
    full: dict[str, Points] = {item.id: {7: 10} for item in ITEMS}
    three = {name: points for name, points in full.items() if name not in {"q8.fraud", "q8.intrusion"}}
    two = {name: points for name, points in three.items() if name != "q8.falsehood"}

    assert index(three, ONE.definition).areas["governance"] == 66.7
    assert index(two, ONE.definition).areas["governance"] is None
    assert index(two, ONE.definition).value is None


def test_weights_that_dont_add_up_are_refused() -> None:
    """An index of 0 to 100 needs them to."""
    halved = ONE.definition.model_dump() | {"areas": [ONE.definition.areas[0].model_dump()]}

    with pytest.raises(ValueError, match="add up to 1"):
        Definition.model_validate(halved)
