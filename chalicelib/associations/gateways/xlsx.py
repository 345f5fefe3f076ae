"""Reading XLSX that people send. Formulas and macros are never executed; merged cells and hidden rows are told of."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from typing import Any

from chalicelib.associations.domain.spreadsheet import MOST_ROWS, Cell, Flaw, Row, Sheet
from chalicelib.kernel.errors import SheetUnreadable

MOST_INFLATED_MIB = 32
"""What an XLSX may unpack to: 5,000 rows take about 3."""
MOST_COLUMNS = 100
_MOST_PARTS = 1_000
_MOST_EMPTY = 15_000
"""Empty rows between and behind the others: some programs write thousands that are merely formatted."""
_MOST_CELLS = 300_000
"""Formatted ones included; reading so many takes some seconds."""
_MOST_SHEETS = 20
_CELLS = (b"<c ", b"<c>", b"<c/", b":c ", b":c>", b":c/")
"""How a cell begins in a sheet's XML, with or without a prefix."""
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]+)(\d+):[A-Z]+(\d+)"')
Place = tuple[int, int]
"""Row and column, from 1."""


@dataclass
class _Marks:
    """What a sheet says of its rows and cells, beside what they hold."""

    hidden: set[int] = field(default_factory=set)
    """Rows."""
    merged: dict[Place, Place] = field(default_factory=dict)
    """By place the first of those that reach over several rows, that one included."""
    reach: dict[int, int] = field(default_factory=dict)
    """By row its last column that is merged."""


def sheets(content: bytes) -> Iterator[Sheet]:
    """All worksheets. Raises `SheetUnreadable`."""
    from openpyxl import load_workbook  # noqa: PLC0415 - loaded only where a workbook is read

    archive = _archive(content)
    try:
        # Not `data_only`: that would take what a formula once came to for what somebody typed.
        workbook = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        for sheet in workbook.worksheets[:_MOST_SHEETS]:
            sheet.reset_dimensions()  # what a file says of its size may be wrong, and costs a cell for each place
            marks = _marks(archive.read(sheet._worksheet_path))
            yield Sheet(sheet.title, tuple(_rows(sheet.iter_rows(), marks)), sheet.sheet_state != "visible")
    except SheetUnreadable:
        raise
    except Exception:  # a damaged workbook fails in any of a dozen ways, none of them documented
        raise SheetUnreadable("workbook") from None


def _rows(read: Iterable[tuple[Any, ...]], marks: _Marks) -> Iterator[Row]:
    # Iterated with care: a file may claim rows without end.
    last, filled, firsts = MOST_ROWS + _MOST_EMPTY, 0, dict[Place, Cell]()
    for number, cells in enumerate(read, 1):
        if number > last:
            raise SheetUnreadable("rows", most=MOST_ROWS)
        # What repeats may be left out of the file.
        own = [*map(_cell, cells[:MOST_COLUMNS]), *[Cell()] * (marks.reach.get(number, 0) - len(cells))]
        found = [_merged((number, column), cell, marks, firsts) for column, cell in enumerate(own, 1)]
        for made in filled_row(number, found):
            filled += 1
            if filled > MOST_ROWS:
                raise SheetUnreadable("rows", most=MOST_ROWS)
            yield replace(made, hidden=number in marks.hidden)


def _merged(at: Place, cell: Cell, marks: _Marks, firsts: dict[Place, Cell]) -> Cell:
    """The cell, with what the first of those says with which it is merged."""
    first = marks.merged.get(at)
    if first is None:
        return cell
    if first == at:
        firsts[at] = cell
    return replace(firsts.get(first, cell), merged=True, repeats=first != at)


def filled_row(number: int, cells: Iterable[Cell]) -> list[Row]:
    """The row, if it holds something."""
    made = Row(number, tuple(cells))
    return [made] if any(cell.text or cell.flaw for cell in made.cells) else []


def _marks(xml: bytes) -> _Marks:
    marks = _Marks()
    for found in _ROW.finditer(xml):
        number = re.search(rb'\br="(\d{1,7})"', found[0])
        if number and re.search(rb'\bhidden="(1|true)"', found[0]):
            marks.hidden.add(int(number[1]))
    for left, top, bottom in _MERGED.findall(xml)[:MOST_ROWS]:
        if 0 < int(bottom) - int(top) < MOST_ROWS:  # in the first of its columns; the others hold nothing
            column = min(_column(left), MOST_COLUMNS)
            for at in range(int(top), int(bottom) + 1):
                marks.merged[at, column] = (int(top), column)
                marks.reach[at] = max(column, marks.reach.get(at, 0))
        if len(marks.merged) > _MOST_CELLS:
            raise SheetUnreadable("cells", most=_MOST_CELLS)
    return marks


def _column(letters: bytes) -> int:
    """`C` is the third."""
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return column


def _archive(content: bytes) -> zipfile.ZipFile:
    """The parts, unless they unpack to too much, or hold too many cells: counting those takes a fraction of reading
    them. `zipfile` reads no more of a part than the directory says."""
    try:
        zipped = zipfile.ZipFile(io.BytesIO(content))
        parts = zipped.infolist()
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MOST_INFLATED_MIB * 1024 * 1024:
            raise SheetUnreadable("inflated", mib=MOST_INFLATED_MIB)
        texts = (zipped.read(part) for part in parts if "/worksheets/" in part.filename)
        if sum(sum(map(text.count, _CELLS)) for text in texts) > _MOST_CELLS:
            raise SheetUnreadable("cells", most=_MOST_CELLS)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, RuntimeError, zlib.error):
        raise SheetUnreadable("workbook") from None
    return zipped


def _cell(cell: Any) -> Cell:
    flaw = _flaw(cell)
    return Cell(flaw=flaw) if flaw else Cell(_text(cell.value))


def _flaw(cell: Any) -> Flaw | None:
    if cell.data_type == "f":
        return "formula"
    if cell.data_type == "e":
        return "error"
    return "date" if isinstance(cell.value, datetime | date | time) else None


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
