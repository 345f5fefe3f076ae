"""Reading XLSX that people send. Formulas and macros are never executed; merged cells and hidden rows are told of."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from chalicelib.associations.domain.spreadsheet import MOST_ROWS, Cell, Flaw, Sheet
from chalicelib.associations.gateways.grid import MOST_CELLS, MOST_SHEETS, Marks, rows_of, text_of
from chalicelib.kernel.errors import SheetUnreadable

MOST_INFLATED_MIB = 32
"""What an XLSX may unpack to: 5,000 rows take about 3."""
DAMAGED = (zipfile.BadZipFile, NotImplementedError, ValueError, RuntimeError, OSError, zlib.error)
"""What `zipfile` raises for an archive that is cut off, altered, locked, or packed in a way that it doesn't know."""
_MOST_PARTS = 1_000
_CELLS = (b"<c ", b"<c>", b"<c/", b":c ", b":c>", b":c/", b"mergeCell ")
"""How a cell begins in a sheet's XML, with or without a prefix, and what merges some."""
_MOST_TAGS = {"xl/styles.xml": (b"<xf ", 2 * 65_490), "xl/sharedStrings.xml": (b"<", 4 * MOST_CELLS)}
"""Formats: as many as Excel keeps of cells and of styles; texts: one a cell, of two elements."""
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\b[^>]*\bref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')


def sheets(content: bytes) -> Iterator[Sheet]:
    """All worksheets. Raises `SheetUnreadable`."""
    from openpyxl import load_workbook  # noqa: PLC0415 - loaded only where a workbook is read

    archive = opened(content)
    _refuse_many(archive)
    try:
        # Not `data_only`: that would take what a formula once came to for what somebody typed.
        workbook = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        for sheet in workbook.worksheets[:MOST_SHEETS]:
            sheet.reset_dimensions()  # what a file says of its size may be wrong, and costs a cell for each place
            marks = _marks(archive.read(sheet._worksheet_path))
            rows, hidden = tuple(rows_of(_cells(sheet), marks)), sheet.sheet_state != "visible"
            yield Sheet(sheet.title, rows, hidden, beyond=marks.beyond)
        yield from (Sheet(sheet.title, (), unread=True) for sheet in workbook.worksheets[MOST_SHEETS:])
    except SheetUnreadable:
        raise
    except Exception:  # a damaged workbook fails in any of a dozen ways, none of them documented
        raise SheetUnreadable("workbook") from None


def _cells(sheet: Any) -> Iterator[list[Cell]]:
    return ([*map(_cell, row)] for row in sheet.iter_rows())


def _marks(xml: bytes) -> Marks:
    marks = Marks()
    for found in _ROW.finditer(xml):
        number = re.search(rb'\br="(\d{1,7})"', found[0])
        if number and re.search(rb'\bhidden="(1|true)"', found[0]):
            marks.hidden.add(int(number[1]))
    for found in islice(_MERGED.finditer(xml), MOST_ROWS):
        left, top, right, bottom = found.groups()
        marks.merge(int(top), _column(left), int(bottom), _column(right))
    return marks


def _column(letters: bytes) -> int:
    """`C` is the third."""
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return column


def opened(content: bytes) -> zipfile.ZipFile:
    """A workbook's parts, unless they unpack to too much; `zipfile` reads no more of a part than the directory says.
    Raises `SheetUnreadable`."""
    try:
        zipped = zipfile.ZipFile(io.BytesIO(content))
    except DAMAGED:
        raise SheetUnreadable("workbook") from None
    parts = zipped.infolist()
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MOST_INFLATED_MIB * 1024 * 1024:
        raise SheetUnreadable("inflated", mib=MOST_INFLATED_MIB)
    return zipped


def _refuse_many(zipped: zipfile.ZipFile) -> None:
    """Refuses what holds too much: counting takes a fraction of reading."""
    try:
        named = set(zipped.namelist())
        if any(zipped.read(name).count(tag) > most for name, (tag, most) in _MOST_TAGS.items() if name in named):
            raise SheetUnreadable("cells", most=MOST_CELLS)
        texts = (zipped.read(name) for name in named if "/worksheets/" in name)
        if sum(sum(map(text.count, _CELLS)) for text in texts) > MOST_CELLS:
            raise SheetUnreadable("cells", most=MOST_CELLS)
    except DAMAGED:
        raise SheetUnreadable("workbook") from None


def _cell(cell: Any) -> Cell:
    flaw = _flaw(cell)
    return Cell(flaw=flaw) if flaw else Cell(text_of(cell.value))


def _flaw(cell: Any) -> Flaw | None:
    if cell.data_type == "f":
        return "formula"
    if cell.data_type == "e":
        return "error"
    return "date" if isinstance(cell.value, datetime | date | time) else None
