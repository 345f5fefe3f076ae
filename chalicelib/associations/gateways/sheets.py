"""Reading tables that people send: texts here, each kind of workbook in a module of its name."""

import codecs
import csv
import io
from collections.abc import Iterable
from itertools import islice

from chalicelib.associations.domain.spreadsheet import MOST_COLUMNS, MOST_ROWS, Cell, Row, Sheet
from chalicelib.associations.gateways import ods, xls, xlsx
from chalicelib.associations.gateways.grid import MOST_EMPTY, filled_row
from chalicelib.kernel.errors import SheetUnreadable

MOST_BYTES = 10 * 1024 * 1024
"""API Gateway's own limit."""
_DELIMITERS = ",\t;|"
_LOOKED_AT = 15
"""Lines by which the separator is told: a title may stand above the table, and hold any of them."""
_LOOKED_AT_BYTES = 4_096
csv.field_size_limit(MOST_BYTES)  # how long a cell may be, its field says
_ZIP, _OLE, _ENCRYPTED = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", "EncryptedPackage".encode("utf-16-le")
_HTML, _XML, _PDF = (b"<!doctype html", b"<html", b"<table", b"<meta", b"<head"), b"<?xml", b"%pdf"


def read_sheet(content: bytes) -> list[Row]:
    """The rows of the first sheet that is visible and holds something. Raises `SheetUnreadable`."""
    return list(read_sheets(content)[0].rows)


def read_sheets(content: bytes) -> list[Sheet]:
    """The sheets that hold something, the visible ones first; one at least, and of a text just one.

    Which kind of file it is, the content tells. Raises `SheetUnreadable`.
    """
    _refuse_others(content)
    found = list(_read(content))
    filled = sorted((sheet for sheet in found if sheet.rows), key=lambda sheet: sheet.hidden)
    if not filled:
        raise SheetUnreadable("empty")
    return filled + [sheet for sheet in found if sheet.unread]


def _read(content: bytes) -> Iterable[Sheet]:
    if content.startswith(_OLE):
        return xls.sheets(content)
    if content.startswith(_ZIP):
        return ods.sheets(content) if ods.is_ods(content) else xlsx.sheets(content)
    return [_csv(content)]


def _refuse_others(content: bytes) -> None:
    """Says what a file is that has only a table's name."""
    if content.startswith(_OLE) and _ENCRYPTED in content:
        raise SheetUnreadable("password")
    beginning = content[:400].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if beginning.startswith(_HTML):
        raise SheetUnreadable("html")
    if beginning.startswith(_XML):
        raise SheetUnreadable("html" if b"<html" in beginning else "xml")
    if beginning.startswith(_PDF):
        raise SheetUnreadable("pdf")


def _csv(content: bytes) -> Sheet:
    text, encoding = _decoded(content)
    lines = islice(io.StringIO(text.lstrip("\r\n"), newline=None), _LOOKED_AT)
    beginning = [line[:_LOOKED_AT_BYTES] for line in lines]
    # Counted are separators, not cells: to a wrong one the lines of a quoted cell would look like so many rows.
    delimiter = max(_DELIMITERS, key=lambda one: sum(len(row) - 1 for row in csv.reader(beginning, delimiter=one)))
    # One list a row: a spreadsheet counts a cell of several lines as one row, as csv does.
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, beyond, number = list[Row](), 0, 0
    try:
        for number, record in enumerate(records, 1):
            beyond += sum(bool(cell.strip()) for cell in islice(record, MOST_COLUMNS, None))
            rows += filled_row(number, map(_text_cell, record[:MOST_COLUMNS]))
            if len(rows) > MOST_ROWS or number > MOST_ROWS + MOST_EMPTY:
                raise SheetUnreadable("rows", most=MOST_ROWS)
    except csv.Error:
        raise SheetUnreadable("quotes", row=number + 1) from None
    return Sheet("", tuple(rows), beyond=beyond, encoding=encoding, separator=delimiter)


def _decoded(content: bytes) -> tuple[str, str]:
    """The text and its encoding: UTF-16 with a byte order mark, or where every other byte is nothing; UTF-8, else
    GB18030."""
    for encoding in _encodings(content):
        try:
            text = content.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
        # What stands for a lost character says that somebody before us decoded it wrongly.
        if "\ufffd" not in text and "\0" not in text:
            return text, encoding.upper()
    raise SheetUnreadable("encoding")


def _encodings(content: bytes) -> tuple[str, ...]:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    # Separators and line ends are ASCII: in UTF-16 half of each is nothing, and in no other encoding.
    even, odd = content[:_LOOKED_AT_BYTES:2].count(0), content[1:_LOOKED_AT_BYTES:2].count(0)
    if even or odd:
        return ("utf-16-le",) if odd > even else ("utf-16-be",)
    return "utf-8", "gb18030"


def _text_cell(value: str) -> Cell:
    text = value.strip()
    return Cell(flaw="formula") if text.startswith("=") else Cell(text)
