"""Reading the workbooks of Excel 97 to 2003, which WPS calls `.et`, too. Formulas are never computed, nor is what they
once came to taken for what somebody typed."""

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from chalicelib.associations.domain.spreadsheet import Cell, Flaw, Sheet
from chalicelib.associations.gateways.grid import MOST_CELLS, MOST_SHEETS, Marks, Place, rows_of, text_of
from chalicelib.kernel.errors import SheetUnreadable

_STREAMS = ("Workbook", "Book")
"""What the stream of records is called by the formats of 1997 and 1995."""
_BOUNDSHEET, _FORMULA, _BLANK, _BLANKS, _NUMBERS = 0x85, 0x06, 0x201, 0xBE, 0xBD
_ONE_CELL = {_FORMULA, _BLANK, 0x203, 0x204, 0x205, 0x27E, 0xFD, 0xD6}
_BYTES = {_BLANKS: 2, _NUMBERS: 6}
"""Of each cell in a record of several."""
_FLAWS: dict[int, Flaw] = {3: "date", 5: "error"}
"""By xlrd's type of a cell."""


@dataclass
class _Records:
    """What the stream of records says that xlrd doesn't."""

    begins: list[int] = field(default_factory=list)
    """Where each worksheet's records begin, in the order of the sheets."""
    formulas: list[tuple[int, Place]] = field(default_factory=list)
    """Where the record is, and of which cell, from 0."""
    cells: int = 0

    def formulas_of(self, sheet: int) -> set[Place]:
        """Cells of a worksheet, from 0, that hold a formula."""
        ends = dict(pairwise([*sorted(self.begins), float("inf")]))
        begin = self.begins[sheet]
        return {place for at, place in self.formulas if begin <= at < ends[begin]}


def sheets(content: bytes) -> Iterator[Sheet]:
    """All worksheets. Raises `SheetUnreadable`."""
    import xlrd  # noqa: PLC0415 - loaded only where an old workbook is read

    try:
        records, silent = _records(content), io.StringIO()
        book = xlrd.open_workbook(file_contents=content, logfile=silent, formatting_info=True, ragged_rows=True)
        for number, sheet in enumerate(book.sheets()[:MOST_SHEETS]):
            marks = _marks(sheet)
            rows = tuple(rows_of(_cells(sheet, records.formulas_of(number)), marks))
            yield Sheet(sheet.name, rows, sheet.visibility != 0, beyond=marks.beyond)
        yield from (Sheet(sheet.name, (), unread=True) for sheet in book.sheets()[MOST_SHEETS:])
    except SheetUnreadable:
        raise
    except Exception as failed:  # a damaged workbook fails in any of a dozen ways, none of them documented
        raise SheetUnreadable("password" if "encrypted" in str(failed) else "workbook") from None


def _records(content: bytes) -> _Records:
    """Raises `SheetUnreadable` where there are too many cells: counting them takes a fraction of reading them."""
    from xlrd.compdoc import CompDoc  # noqa: PLC0415 - as above

    document, found = CompDoc(content, io.StringIO()), _Records()
    stream, at, length = next(one for one in map(document.locate_named_stream, _STREAMS) if one[0])
    start, end = at, at + length
    while at + 4 <= end:
        kind, size = struct.unpack_from("<HH", stream, at)
        if kind == _BOUNDSHEET and stream[at + 9] == 0:  # a worksheet, not a chart or macros
            found.begins.append(*struct.unpack_from("<I", stream, at + 4))
        if kind == _FORMULA:
            found.formulas.append((at - start, struct.unpack_from("<HH", stream, at + 4)))
        found.cells += kind in _ONE_CELL
        found.cells += size // _BYTES[kind] if kind in _BYTES else 0
        at += 4 + size
    if found.cells > MOST_CELLS:
        raise SheetUnreadable("cells", most=MOST_CELLS)
    return found


def _marks(sheet: Any) -> Marks:
    marks = Marks({number + 1 for number, row in sheet.rowinfo_map.items() if row.hidden})
    for top, bottom, left, right in sheet.merged_cells:
        marks.merge(top + 1, left + 1, bottom, right)
    return marks


def _cells(sheet: Any, formulas: set[Place]) -> Iterator[list[Cell]]:
    for number in range(sheet.nrows):
        row = enumerate(sheet.row(number))
        yield [Cell(flaw="formula") if (number, column) in formulas else _cell(cell) for column, cell in row]


def _cell(cell: Any) -> Cell:
    flaw = _FLAWS.get(cell.ctype)
    return Cell(flaw=flaw) if flaw else Cell(text_of(cell.value))
