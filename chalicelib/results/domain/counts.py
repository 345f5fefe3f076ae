"""The figures that may be published of true counts, by area, group and answer."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from chalicelib.results.domain.protection import Protection, Shown, TrueCount, shown_base, shown_options
from chalicelib.results.domain.thresholds import Cell, shown_cells


class Counted(NamedTuple):
    """How an item was answered in a cell; what must never be published."""

    base: TrueCount
    """Those who answered."""
    options: Mapping[str, TrueCount]
    """By option, or point of a scale; may be left out where the base is too small to be shown."""


class Figures(NamedTuple):
    """What is published of an item in a cell."""

    base: int
    """Rounded."""
    options: dict[str, Shown]


def published(
    counted: Mapping[Cell, Counted], bases: Mapping[Cell, int], shown: frozenset[Cell], rule: Protection
) -> Iterator[tuple[Cell, Figures | None]]:
    """An item in each cell that has answers; None where it isn't shown: too few people, or too much alike.

    `shown` is what `shown_cells` gives for `bases`, the people of each cell. Thresholds hold again for those of them
    who answered: not everybody is asked everything.
    """
    answered = dict.fromkeys(bases, 0) | {cell: found.base.n for cell, found in counted.items()}
    answering = shown_cells(answered, rule, within=shown)
    for cell, found in counted.items():
        options = shown_options(found.options, found.base, rule) if cell in answering else None
        yield cell, None if options is None else Figures(shown_base(found.base, rule), options)
