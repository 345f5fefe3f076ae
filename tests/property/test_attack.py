"""Somebody who has everything published, and knows the law of the noise, doesn't find single people (RESULTS 3.4)."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest

from chalicelib.results.domain.counts import Figures
from chalicelib.results.domain.noise import KEYS
from chalicelib.results.domain.protection import protection
from chalicelib.results.domain.thresholds import Cell, parents
from tests.plain_count import Counts, Person, cells_of

RULE = protection()
PROVINCES = {"11": 3000, "44": 6000, "54": 700, "63": 420, "82": 60}
SEXES, AGES = ("a", "b", "c"), tuple("abcdefg")
ITEMS = ("q1", "q4", "q8.fraud", "q10", "q12.laws", "q20")
OPTIONS = {"a": 500, "b": 250, "c": 150, "d": 60, "e": 25, "f": 9, "g": 4, "h": 2}
Answer = tuple[Cell, str, str]
"""A cell, an item and an option: whose number the attacker wants."""


def people() -> Iterator[Person]:
    """10,180 people, unevenly spread over provinces, cities, sexes, ages and answers."""
    chance = random.Random(20)
    for province, number in PROVINCES.items():
        for _ in range(number):
            region = province + chance.choices(("01", "02", "03", "04"), (60, 25, 10, 5))[0] + "00"
            sex, age = chance.choices(SEXES, (49, 49, 2))[0], chance.choices(AGES, (1, 5, 25, 30, 20, 15, 4))[0]
            answers = {item: tuple(chance.choices(list(OPTIONS), list(OPTIONS.values()))) for item in ITEMS}
            yield Person(region, (f"sex:{sex}", f"age:{age}"), answers, chance.randrange(KEYS), 1.0)


@pytest.fixture(scope="module")
def survey() -> tuple[Counter[Answer], dict[tuple[Cell, str], Figures], dict[Cell, int]]:
    """True numbers, counted anew; what is published; and how many people there are in each cell."""
    truth: Counter[Answer] = Counter()
    counts = Counts()
    for person in people():
        counts.add(person)
        truth.update((cell, item, option) for cell in cells_of(person) for item, (option,) in person.answers.items())
    published = {(cell, item): figures for item, cell, figures in counts.published(RULE) if figures}
    return truth, published, dict(counts.bases)


def test_published_counts_are_those_of_an_independent_count(
    survey: tuple[Counter[Answer], dict[tuple[Cell, str], Figures], dict[Cell, int]],
) -> None:
    """Each within the noise; nobody is shown of a cell below the thresholds."""
    truth, published, bases = survey

    for (cell, item), figures in published.items():
        assert bases[cell] >= (RULE.least_group if cell.group else RULE.least_area)
        assert abs(figures.base - bases[cell]) <= RULE.noise.most + RULE.base_step / 2
        for option, shown in figures.options.items():
            assert abs(shown.n - truth[cell, item, option]) <= RULE.noise.most

    assert len(published) > 500
    assert not [cell for cell, _ in published if cell.area.startswith("82")]


def test_subtraction_is_right_less_often_than_a_coin(
    survey: tuple[Counter[Answer], dict[tuple[Cell, str], Figures], dict[Cell, int]],
) -> None:
    """A whole less its other parts, for every cell shown or hidden: of the claims "one" and "two", few are true."""
    truth, published, bases = survey

    claims = [
        (claim, truth[cell, item, option])
        for cell, item, figures in divided(published, bases)
        for option in OPTIONS
        for claim in [subtracted(figures, option)]
    ]
    right = sum(claim == true for claim, true in claims if claim in (1, 2))
    made = sum(claim in (1, 2) for claim, _ in claims)

    assert made > 100
    assert right / made < 0.5


def test_reading_a_small_figure_is_right_less_often_than_a_coin(
    survey: tuple[Counter[Answer], dict[tuple[Cell, str], Figures], dict[Cell, int]],
) -> None:
    """Of the cells shown as 5, with the true law of all cells known, no single number is the likely one."""
    truth, published, _ = survey

    behind = Counter(
        truth[cell, item, option]
        for (cell, item), figures in published.items()
        for option, shown in figures.options.items()
        if shown.n == RULE.noise.never_below
    )

    assert behind.total() > 300
    assert max(behind[1], behind[2]) / behind.total() < 0.5


def divided(
    published: dict[tuple[Cell, str], Figures], bases: dict[Cell, int], items: Sequence[str] = ITEMS
) -> Iterator[tuple[Cell, str, list[Figures]]]:
    """Each cell and item whose whole and whose other parts are all published: the figures, the whole's first."""
    for cell in bases:
        for whole in parents(cell):
            others = [part for part in bases if part != cell and whole in parents(part) and alike(part, cell, whole)]
            for item in items:
                figures = [found for part in (whole, *others) if (found := published.get((part, item)))]
                if len(figures) == 1 + len(others):
                    yield cell, item, figures


def subtracted(figures: list[Figures], option: str) -> int:
    """What the whole leaves for the part that isn't there; an option that nobody chose isn't listed."""
    whole, *parts = [found.options[option].n if option in found.options else 0 for found in figures]
    return whole - sum(parts)


def alike(part: Cell, cell: Cell, whole: Cell) -> bool:
    """Whether two parts divide a whole in the same way."""
    if cell.area != whole.area:
        return part.area != whole.area
    return part.area == cell.area and part.group[:3] == cell.group[:3]


def test_a_question_asked_of_few_has_thresholds_of_its_own() -> None:
    """Of 300 men and 100 women, 150 and 20 were asked: the men's figures would tell the women's, so both are hidden."""
    counts = Counts()
    for n in range(400):
        asked = n < 150 or n >= 380
        answers = {"q1": ("a" if n % 3 else "b",), **({"topic": ("a" if n % 2 else "b",)} if asked else {})}
        counts.add(Person("440100", ("sex:a" if n < 300 else "sex:b",), answers, n % KEYS, 1.0))

    shown = {(item, cell.group) for item, cell, figures in counts.published(RULE) if figures and cell.area == "00"}

    assert shown == {("q1", ""), ("q1", "sex:a"), ("q1", "sex:b"), ("topic", "")}
