"""A table as a spreadsheet holds it: rows with their numbers, cells with what is wrong with them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

MOST_ROWS = 5_000
"""Rows of an import that hold something, headings included."""

Flaw = Literal["formula", "date", "error"]


@dataclass(frozen=True, slots=True)
class Cell:
    """What a cell says, trimmed; where it has a flaw, nothing that could be used."""

    text: str = ""
    flaw: Flaw | None = None
    """`formula` is never computed; `date` is what a spreadsheet makes of a code like 11-01; `error` is like #REF!."""
    merged: bool = False
    """Whether it is part of a cell that reaches over several rows, and says what the first of them says."""
    repeats: bool = False
    """Whether it isn't that first one itself."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that holds something."""

    number: int
    """As the spreadsheet numbers it, from 1, empty rows counted."""
    cells: tuple[Cell, ...]
    hidden: bool = False
    """Whether it is hidden, as by a filter."""

    def at(self, column: int) -> Cell:
        """The cell in a column, from 0; rows are as long as what they hold."""
        return self.cells[column] if column < len(self.cells) else Cell()


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person has said of a table that could be understood in several ways."""

    columns: Mapping[int, str] = field(default_factory=dict)
    """By column, from 0, the field that it is; empty: none."""
    cells: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """By row and column what a cell says."""
    shown: Mapping[int, bool] = field(default_factory=dict)
    """By hidden row whether it counts."""

    def applied(self, rows: Iterable[Row]) -> list[Row]:
        """The rows as they were meant."""
        meant = (row for row in rows if self.shown.get(row.number, True))
        return [self._row(row) for row in meant]

    def _row(self, row: Row) -> Row:
        cells = tuple(
            Cell(self.cells[row.number, place]) if (row.number, place) in self.cells else cell
            for place, cell in enumerate(row.cells)
        )
        return Row(row.number, cells, row.hidden and row.number not in self.shown)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a workbook, or all of a text."""

    name: str
    rows: tuple[Row, ...]
    """Those that hold something."""
    hidden: bool = False
