"""Which areas and groups may be shown, decided on their bases alone, so alike for every question.

A cell is an area and a group of people in it. It belongs to two families: the groups of a grouping in one area, and
one group in the areas that make up a larger one. What isn't shown of a family can be had by subtraction; so it is
nobody, or enough people. Where it is fewer, the family's smallest shown cell is hidden too, until nothing changes.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from chalicelib.results.domain.protection import Protection

NATION = "00"
EVERYBODY = ""


class Cell(NamedTuple):
    """An area and a group: `("44", "age:c")`."""

    area: str
    """`00` for the nation, else a division's digits: two for a province, four for a city."""
    group: str = EVERYBODY
    """`grouping:value`; empty for all people of the area."""


def shown_cells(bases: Mapping[Cell, int], rule: Protection, within: Container[Cell] | None = None) -> frozenset[Cell]:
    """The cells that may be shown, of those in `within` where it is given.

    `bases` has the number of people in each cell, those of everybody in an area included.
    """
    families, families_of = _families(frozenset(bases))
    shown = {cell for cell, base in bases.items() if base >= _least(cell, rule) and (within is None or cell in within)}
    looked_at: Iterable[int] = range(len(families))
    while hidden := _hidden_in((families[at] for at in looked_at), shown, bases, rule.least_remainder):
        shown -= hidden
        looked_at = {at for cell in hidden for at in families_of[cell]}
    return frozenset(shown)


def parents(cell: Cell) -> Iterator[Cell]:
    """The cells that this one is a part of: all people of its area, and its group in the larger area."""
    if cell.group:
        yield Cell(cell.area)
    if cell.area != NATION:
        yield Cell(NATION if len(cell.area) == len(NATION) else cell.area[: len(NATION)], cell.group)


def _least(cell: Cell, rule: Protection) -> int:
    return rule.least_group if cell.group else rule.least_area


Family: TypeAlias = tuple[Cell, list[Cell]]
"""A cell, and the parts that it is divided into in one way: the groups of a grouping, or the areas."""


@lru_cache(maxsize=4)
def _families(cells: frozenset[Cell]) -> tuple[list[Family], Mapping[Cell, list[int]]]:
    """The families of these cells, and by cell those that it belongs to as a part or as the whole."""
    divided: defaultdict[tuple[Cell, str], list[Cell]] = defaultdict(list)
    for cell in sorted(cells):
        for parent in parents(cell):
            grouping = cell.group.partition(":")[0] if parent.area == cell.area else ""
            divided[parent, grouping].append(cell)
    families = [(parent, parts) for (parent, _), parts in divided.items()]
    families_of: defaultdict[Cell, list[int]] = defaultdict(list)
    for at, (parent, parts) in enumerate(families):
        for cell in (parent, *parts):
            families_of[cell].append(at)
    return families, families_of


def _hidden_in(families: Iterable[Family], shown: set[Cell], bases: Mapping[Cell, int], least: int) -> set[Cell]:
    """What of these is to be hidden next: parts of what is hidden, and the smallest of each with too small a rest."""
    hidden = set()
    for parent, parts in families:
        seen = [part for part in parts if part in shown]
        if parent not in shown:
            hidden.update(seen)
        elif seen and 0 < bases[parent] - sum(bases[part] for part in seen) < least:
            hidden.add(min(seen, key=lambda part: (bases[part], part)))
    return hidden
