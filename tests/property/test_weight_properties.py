"""Weights meet their margins, and intervals hold the truth as often as they say."""

import random
from itertools import product
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.results.domain.weights import Cluster, Kind, Margin, interval, raked

SEXES, AGES = ("a", "b"), ("young", "middle", "old")
KINDS = tuple(product(SEXES, AGES))

shares = st.floats(0.1, 1.0)
margins = st.tuples(
    st.fixed_dictionaries(dict.fromkeys(SEXES, shares)), st.fixed_dictionaries(dict.fromkeys(AGES, shares))
)
samples = st.lists(st.integers(1, 2_000), min_size=len(KINDS), max_size=len(KINDS)).map(
    lambda numbers: dict(zip(KINDS, numbers, strict=True))
)


def share(people: dict[Kind, int], weights: dict[Kind, float], place: int, value: str) -> float:
    """The weighted share of a value, counted anew."""
    weighted = {kind: people[kind] * weight for kind, weight in weights.items()}
    return sum(n for kind, n in weighted.items() if kind[place] == value) / sum(weighted.values())


@given(samples, margins)
def test_untrimmed_weights_meet_every_margin(people: dict[Kind, int], wanted: tuple[Margin, Margin]) -> None:
    """To a ten-thousandth, and their mean is 1."""
    made = raked(people, wanted, most=1e9)

    for place, margin in enumerate(wanted):
        for value, target in margin.items():
            assert share(people, made.by_kind, place, value) == pytest.approx(target / sum(margin.values()), abs=1e-4)
    assert fmean(made.by_kind.values(), weights=people.values()) == pytest.approx(1)
    assert made.design_effect >= 1 - 1e-9


@given(samples, margins)
def test_weights_are_a_product_over_margins(people: dict[Kind, int], wanted: tuple[Margin, Margin]) -> None:
    """Raking changes no odds ratio: what margins don't tell stays as the sample has it."""
    weights = raked(people, wanted, most=1e9).by_kind

    for age in AGES[1:]:
        odds = weights["a", age] * weights["b", AGES[0]] / (weights["b", age] * weights["a", AGES[0]])
        assert odds == pytest.approx(1, rel=1e-6)


@given(samples, margins)
def test_trimmed_weights_stay_within_their_limits(people: dict[Kind, int], wanted: tuple[Margin, Margin]) -> None:
    """No one speaks for more than 25 times as many as another, and what that costs is told."""
    made = raked(people, wanted, most=5)

    assert max(made.by_kind.values()) <= 25 * min(made.by_kind.values()) * (1 + 1e-9)
    for place, margin in enumerate(wanted):
        for value, target in margin.items():
            got = share(people, made.by_kind, place, value) / (target / sum(margin.values()))
            assert abs(got - 1) <= made.off + 1e-9


def test_a_sample_that_fits_keeps_weights_of_one() -> None:
    """In one round, without any design effect."""
    made = raked(dict.fromkeys(KINDS, 10), ({"a": 1, "b": 1}, dict.fromkeys(AGES, 1)), most=5)

    assert set(made.by_kind.values()) == {1.0}
    assert (made.rounds, made.design_effect) == (1, 1.0)


@pytest.mark.parametrize("people", [{}, {("x", "old"): 3}])
def test_people_whom_no_margin_knows_are_refused(people: dict[Kind, int]) -> None:
    """They are to be left out before, and named as unweighted."""
    with pytest.raises(ValueError, match="share"):
        raked(people, ({"a": 1}, {"old": 1}), most=5)


def test_intervals_hold_the_truth_nineteen_times_in_twenty() -> None:
    """400 samples of 60 links whose people are alike; a naive interval would hold it in less than half of them."""
    chance = random.Random(7)
    held = 0
    for _ in range(400):
        links = [chance.gauss(0.5, 0.1) for _ in range(60)]
        found = interval(Cluster(50.0, sum(chance.gauss(mean, 0.2) for _ in range(50))) for mean in links)
        assert found is not None
        held += found[0] <= 0.5 <= found[1]

    assert held / 400 == pytest.approx(0.95, abs=0.035)


def test_one_link_alone_has_no_interval() -> None:
    """Nothing is known about how links differ."""
    assert interval([Cluster(3.0, 2.0)]) is None
    assert interval([]) is None
