"""Reading tables that people send: CSV and XLSX. Formulas and macros are never executed."""

import codecs
import csv
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from itertools import islice
from typing import Any

from chalicelib.associations.domain.spreadsheet import MOST_ROWS, Cell, Flaw, Row
from chalicelib.kernel.errors import SheetUnreadable

MOST_BYTES = 10 * 1024 * 1024
"""API Gateway's own limit."""
MOST_INFLATED_MIB = 32
"""What an XLSX may unpack to: 5,000 rows take about 3."""
_MOST_PARTS = 1_000
_MOST_COLUMNS = 100
_MOST_EMPTY = 15_000
"""Empty rows between and behind the others: some programs write thousands that are merely formatted."""
_MOST_CELLS = 300_000
"""Formatted ones included; reading so many takes some seconds."""
_CELLS = (b"<c ", b"<c>", b":c ")
"""How a cell begins in a sheet's XML, with or without a prefix."""
_DELIMITERS = ",\t;"
csv.field_size_limit(MOST_BYTES)  # how long a cell may be, its field says
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def read_sheet(content: bytes) -> list[Row]:
    """The rows that hold something, at least one; of a workbook's those of its first visible sheet.

    Which kind of file it is, the content tells. Raises `SheetUnreadable`.
    """
    if content.startswith(_OLE):
        raise SheetUnreadable("old_format")
    rows = list(islice(_xlsx(content) if content.startswith(_ZIP) else _csv(content), MOST_ROWS + 1))
    if not rows:
        raise SheetUnreadable("empty")
    if len(rows) > MOST_ROWS:
        raise SheetUnreadable("rows", most=MOST_ROWS)
    return rows


def _csv(content: bytes) -> Iterator[Row]:
    text = _decoded(content)
    first = io.StringIO(text.lstrip("\r\n"), newline=None).readline()
    delimiter = max(_DELIMITERS, key=lambda one: len(next(csv.reader([first], delimiter=one), [])))
    # One list a row: a spreadsheet counts a cell of several lines as one row, as csv does.
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, record in enumerate(records, 1):
            yield from _row(number, (_text_cell(value) for value in record[:_MOST_COLUMNS]))
    except csv.Error:
        raise SheetUnreadable("quotes", row=number + 1) from None


def _decoded(content: bytes) -> str:
    """UTF-8, or else GB18030, each with or without a byte order mark; UTF-16 only with one."""
    utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ("utf-16",) if utf_16 else ("utf-8", "gb18030"):
        try:
            text = content.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
        # What stands for a lost character says that somebody before us decoded it wrongly.
        if "\ufffd" not in text and "\0" not in text:
            return text
    raise SheetUnreadable("encoding")


def _text_cell(value: str) -> Cell:
    text = value.strip()
    return Cell(flaw="formula") if text.startswith("=") else Cell(text)


def _xlsx(content: bytes) -> Iterator[Row]:
    _refuse_bomb(content)
    # Iterated with care: a file may claim rows without end.
    last = MOST_ROWS + _MOST_EMPTY
    for number, cells in enumerate(_xlsx_rows(content), 1):
        if number > last:
            raise SheetUnreadable("rows", most=MOST_ROWS)
        yield from _row(number, (_xlsx_cell(cell) for cell in cells[:_MOST_COLUMNS]))


def _xlsx_rows(content: bytes) -> Iterator[tuple[Any, ...]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - loaded only where a workbook is read

    try:
        # Not `data_only`: that would take what a formula once came to for what somebody typed.
        workbook = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        sheet = next(sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible")
        sheet.reset_dimensions()  # what a file says of its size may be wrong, and costs a cell for each place
        yield from sheet.iter_rows()
    except Exception:  # a damaged workbook fails in any of a dozen ways, none of them documented
        raise SheetUnreadable("workbook") from None


def _refuse_bomb(content: bytes) -> None:
    """Refuses what unpacks to too much, or holds too many cells: counting them takes a fraction of reading them.

    `zipfile` reads no more of a part than the directory says.
    """
    try:
        zipped = zipfile.ZipFile(io.BytesIO(content))
        parts = zipped.infolist()
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > MOST_INFLATED_MIB * 1024 * 1024:
            raise SheetUnreadable("inflated", mib=MOST_INFLATED_MIB)
        sheets = (zipped.read(part) for part in parts if "/worksheets/" in part.filename)
        if any(sum(map(sheet.count, _CELLS)) > _MOST_CELLS for sheet in sheets):
            raise SheetUnreadable("cells", most=_MOST_CELLS)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, RuntimeError, zlib.error):
        raise SheetUnreadable("workbook") from None


def _xlsx_cell(cell: Any) -> Cell:
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


def _row(number: int, cells: Iterable[Cell]) -> Iterator[Row]:
    row = Row(number, tuple(cells))
    if any(cell.text or cell.flaw for cell in row.cells):
        yield row
