"""A sheet as its file lays it out: what is merged, hidden or too far to the right, whichever format says so."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from chalicelib.associations.domain.spreadsheet import MOST_COLUMNS, MOST_ROWS, Cell, Row
from chalicelib.kernel.errors import SheetUnreadable

MOST_CELLS = 300_000
"""Formatted ones included; reading so many takes some seconds."""
MOST_SHEETS = 20
MOST_EMPTY = 15_000
"""Empty rows between and behind the others: some programs write thousands that are merely formatted."""
Place = tuple[int, int]
"""Row and column, from 1."""


@dataclass
class Marks:
    """What a sheet says of its rows and cells, beside what they hold."""

    hidden: set[int] = field(default_factory=set)
    """Rows."""
    merged: dict[Place, Place] = field(default_factory=dict)
    """By place the first of those that reach over several rows, that one included."""
    reach: dict[int, int] = field(default_factory=dict)
    """By row its last column that is merged."""
    across: dict[Place, int] = field(default_factory=dict)
    """By place how many columns are merged from there on."""
    marked: int = 0
    """How many places that are merged were taken down, those twice that were said twice."""
    beyond: int = 0
    """Cells to the right of those that are read, and that hold something."""

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Takes down that these are one cell, all from 1 and inclusive. Raises `SheetUnreadable`."""
        if not 0 <= bottom - top < MOST_ROWS:
            return
        rows = range(top, bottom + 1)
        self.marked += len(rows)
        if self.marked > MOST_CELLS:
            raise SheetUnreadable("cells", most=MOST_CELLS)
        if right > left:
            self.across |= dict.fromkeys(((at, left) for at in rows), min(right, MOST_COLUMNS) - left + 1)
        if bottom > top:  # in the first of its columns; the others hold nothing
            column = min(left, MOST_COLUMNS)
            for at in rows:
                self.merged[at, column] = (top, column)
                self.reach[at] = max(column, self.reach.get(at, 0))


def rows_of(read: Iterable[Sequence[Cell]], marks: Marks) -> Iterator[Row]:
    """The rows that hold something. Raises `SheetUnreadable`."""
    # Iterated with care: a file may claim rows without end.
    last, filled, firsts = MOST_ROWS + MOST_EMPTY, 0, dict[Place, Cell]()
    for number, cells in enumerate(read, 1):
        if number > last:
            raise SheetUnreadable("rows", most=MOST_ROWS)
        marks.beyond += sum(bool(cell.text or cell.flaw) for cell in cells[MOST_COLUMNS:])
        # What repeats may be left out of the file.
        own = [*cells[:MOST_COLUMNS], *[Cell()] * (marks.reach.get(number, 0) - len(cells))]
        found = [_merged((number, column), cell, marks, firsts) for column, cell in enumerate(own, 1)]
        for made in filled_row(number, found):
            filled += 1
            if filled > MOST_ROWS:
                raise SheetUnreadable("rows", most=MOST_ROWS)
            yield replace(made, hidden=number in marks.hidden)


def filled_row(number: int, cells: Iterable[Cell]) -> list[Row]:
    """The row, if it holds something."""
    made = Row(number, tuple(cells))
    return [made] if any(cell.text or cell.flaw for cell in made.cells) else []


def text_of(value: object) -> str:
    """What a cell's value says: a whole number without its decimal point."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _merged(at: Place, cell: Cell, marks: Marks, firsts: dict[Place, Cell]) -> Cell:
    """The cell, with what the first of those says with which it is merged."""
    first = marks.merged.get(at)
    cell = replace(cell, reaches=marks.across[at]) if at in marks.across else cell
    if first is None:
        return cell
    if first == at:
        firsts[at] = cell
    return replace(firsts.get(first, cell), merged=True, repeats=first != at)
