"""What is published of a survey keeps to the law of its noise, and subtraction never isolates a few people."""

import json
import random
from collections.abc import Mapping
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.results.domain.noise import KEYS, noise_row, noised
from chalicelib.results.domain.protection import TrueCount, protection, shown_base, shown_mean, shown_options
from chalicelib.results.domain.thresholds import EVERYBODY, NATION, Cell, parents, shown_cells

RULE = protection()
LAW = RULE.noise
CITIES = ("1101", "1102", "4401", "4403", "4451", "5401")
GROUPS = ("sex:a", "sex:b", "sex:c")

people = st.one_of(st.integers(0, 40), st.integers(0, 400))
bases_of_cities = st.lists(people, min_size=18, max_size=18)


def with_sums(numbers: list[int]) -> dict[Cell, int]:
    """Bases of cities by group, summed to provinces, the nation and everybody."""
    parts = dict(zip(((city, group) for city in CITIES for group in GROUPS), numbers, strict=True))
    bases: dict[Cell, int] = {}
    for (city, group), n in parts.items():
        for area in (city, city[:2], NATION):
            for named in (group, EVERYBODY):
                bases[Cell(area, named)] = bases.get(Cell(area, named), 0) + n
    return bases


@pytest.mark.parametrize("count", range(40))
def test_noise_is_unbiased_and_of_the_variance_told(count: int) -> None:
    """Over all keys, to the rounding of chances to 256ths."""
    row = noise_row(count, LAW)

    assert len(row) == KEYS
    assert abs(fmean(row)) <= 0.05
    least_possible = count * (LAW.never_below - count) if count < LAW.never_below else LAW.variance
    assert fmean(move * move for move in row) == pytest.approx(least_possible, abs=0.2)


@given(st.integers(0, 5_000_000), st.integers(0, 10**9))
def test_no_figure_from_one_to_four_is_ever_shown(count: int, key: int) -> None:
    """Nothing moves by more than the law says, zero stays, and 1 to 4 never appear."""
    shown = noised(count, key, LAW)

    assert abs(shown - count) <= LAW.most
    assert shown == 0 or shown >= LAW.never_below
    assert count or not shown


@given(st.integers(0, 10_000), st.integers(0, 10**6), st.integers(0, 5))
def test_the_same_cell_always_shows_the_same_figure(count: int, key: int, turns: int) -> None:
    """Asking again, by whatever way the key was summed, averages nothing away."""
    assert noised(count, key, LAW) == noised(count, key + turns * KEYS, LAW)


@given(bases_of_cities)
def test_subtraction_isolates_nobody_or_enough(numbers: list[int]) -> None:
    """Beside each shown cell, the hidden rest of its groups and of its areas is 0 or at least 30."""
    bases = with_sums(numbers)

    shown = shown_cells(bases, RULE)

    for cell in shown:
        assert bases[cell] >= (RULE.least_group if cell.group else RULE.least_area)
        assert set(parents(cell)) <= shown
        for rest in rests_beside(cell, shown, bases):
            assert rest == 0 or rest >= RULE.least_remainder


def rests_beside(cell: Cell, shown: frozenset[Cell], bases: Mapping[Cell, int]) -> list[int]:
    """What an attacker has by subtracting the shown parts from a shown whole."""
    groups = [Cell(cell.area, group) for group in GROUPS] if not cell.group else []
    length = {NATION: 2}.get(cell.area, 4)
    areas = {Cell(city[:length], cell.group) for city in CITIES if cell.area in (NATION, city[:2])} - {cell}
    return [
        bases[cell] - sum(bases[part] for part in parts if part in shown)
        for parts in (groups, sorted(areas) if len(cell.area) == 2 else [])
        if parts
    ]


@given(bases_of_cities)
def test_nothing_is_hidden_without_need(numbers: list[int]) -> None:
    """Where every cell is large enough, all are shown."""
    bases = with_sums([100 + n for n in numbers])

    assert shown_cells(bases, RULE) == set(bases)


@given(st.lists(st.integers(0, 300), min_size=2, max_size=10), st.integers(0, 2**32))
def test_shares_stay_near_the_truth(numbers: list[int], seed: int) -> None:
    """Each published share is within what the noise of its count and of its base can do."""
    chance = random.Random(seed)
    options = {str(i): TrueCount(n, chance.randrange(KEYS), 2.0 * n) for i, n in enumerate(numbers)}
    base = TrueCount(sum(numbers), sum(count.key for count in options.values()), 2.0 * sum(numbers))

    shown = shown_options(options, base, RULE)

    if shown is None:
        assert base.n < RULE.least_group or max(numbers) > 0.97 * base.n
        return
    assert abs(shown_base(base, RULE) - base.n) <= LAW.most + RULE.base_step / 2
    for option, count in options.items():
        most = 100 * 2 * LAW.most / (base.n - LAW.most) + 0.1
        assert abs(shown[option].share - 100 * count.n / base.n) <= most
        assert shown[option].weighted == pytest.approx(shown[option].share, abs=0.11)


def test_answers_that_are_alike_are_hidden_in_small_groups_only() -> None:
    """98 of 99 say too much about each; 980 of 990 are a result."""
    alike = {"a": TrueCount(98, 7, 98.0), "b": TrueCount(1, 9, 1.0)}
    many = {"a": TrueCount(980, 7, 980.0), "b": TrueCount(10, 9, 10.0)}

    assert shown_options(alike, TrueCount(99, 16, 99.0), RULE) is None
    assert shown_options(many, TrueCount(990, 16, 990.0), RULE) is not None


def test_a_mean_comes_from_published_counts_alone() -> None:
    """So it gives away nothing that they don't."""
    points = {str(point): TrueCount(100 * point, point, 1.0) for point in range(1, 11)}
    shown = shown_options(points, TrueCount(5500, 55, 10.0), RULE)

    assert shown is not None
    mean = shown_mean({int(point): figures for point, figures in shown.items()})

    assert mean == pytest.approx(7.0, abs=0.05)
    assert shown_mean({}) is None


def test_the_rules_are_those_that_the_attacks_were_tried_on() -> None:
    """A change is a new version, for it changes what can be recovered (docs/adr/0045)."""
    assert json.loads(RULE.model_dump_json()) | {"version": 1} == {
        "version": 1,
        "least_area": 100,
        "least_group": 30,
        "least_remainder": 30,
        "noise": {"variance": 4.0, "most": 6, "never_below": 5},
        "base_step": 10,
        "alike": {"below_base": 100, "above_share": 97.0},
    }
