"""A table as a spreadsheet holds it: rows with their numbers, cells with what is wrong with them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

MOST_ROWS = 5_000
"""Rows of an import that hold something, headings included."""
MOST_COLUMNS = 100

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
    reaches: int = 1
    """Over how many columns it reaches; those after its own hold nothing."""


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
    headings: Mapping[str, str] = field(default_factory=dict)
    """What was said earlier of columns that are headed like this, see `usecases.recall_headings`."""
    shown: Mapping[int, bool] = field(default_factory=dict)
    """By hidden row whether it counts."""

    def counting(self, rows: Iterable[Row]) -> list[Row]:
        """The rows that count."""
        meant = (row for row in rows if self.shown.get(row.number, True))
        return [replace(row, hidden=row.hidden and row.number not in self.shown) for row in meant]

    def meant(self, rows: Iterable[Row]) -> list[Row]:
        """The rows with cells as they were meant; also with some that the file doesn't have."""
        return [self._row(row) for row in rows]

    def _row(self, row: Row) -> Row:
        said = {place: Cell(text) for (number, place), text in self.cells.items() if number == row.number}
        if not said:
            return row
        width = max(len(row.cells), *(place + 1 for place in said))
        return replace(row, cells=tuple(said.get(place, row.at(place)) for place in range(width)))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of a workbook, or all of a text."""

    name: str
    rows: tuple[Row, ...]
    """Those that hold something."""
    hidden: bool = False
    unread: bool = False
    """Whether there were too many sheets before it for it to be read."""
    beyond: int = 0
    """Cells that hold something, and that weren't read: they are in columns too far to the right."""
    encoding: str = ""
    separator: str = ""
    """Both of a text."""
