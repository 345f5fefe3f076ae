"""Reading tables that people send: CSV here, XLSX in `associations.gateways.xlsx`."""

import codecs
import csv
import io
from collections.abc import Iterator
from itertools import islice

from chalicelib.associations.domain.spreadsheet import MOST_ROWS, Cell, Row, Sheet
from chalicelib.associations.gateways import xlsx
from chalicelib.associations.gateways.xlsx import MOST_COLUMNS, filled_row
from chalicelib.kernel.errors import SheetUnreadable

MOST_BYTES = 10 * 1024 * 1024
"""API Gateway's own limit."""
_DELIMITERS = ",\t;|"
_LOOKED_AT = 15
"""Lines by which the separator is told: a title may stand above the table, and hold any of them."""
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
    found = list(xlsx.sheets(content)) if content.startswith(_ZIP) else [Sheet("", tuple(_csv(content)))]
    filled = sorted((sheet for sheet in found if sheet.rows), key=lambda sheet: sheet.hidden)
    if not filled:
        raise SheetUnreadable("empty")
    return filled


def _refuse_others(content: bytes) -> None:
    """Says what a file is that has only a table's name."""
    if content.startswith(_OLE):
        raise SheetUnreadable("password" if _ENCRYPTED in content else "old_format")
    beginning = content[:400].removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if beginning.startswith(_HTML):
        raise SheetUnreadable("html")
    if beginning.startswith(_XML):
        raise SheetUnreadable("html" if b"<html" in beginning else "xml")
    if beginning.startswith(_PDF):
        raise SheetUnreadable("pdf")


def _csv(content: bytes) -> Iterator[Row]:
    text = _decoded(content)
    beginning = list(islice(io.StringIO(text.lstrip("\r\n"), newline=None), _LOOKED_AT))
    delimiter = max(_DELIMITERS, key=lambda one: sum(map(len, csv.reader(beginning, delimiter=one))))
    # One list a row: a spreadsheet counts a cell of several lines as one row, as csv does.
    records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = filled = 0
    try:
        for number, record in enumerate(records, 1):
            for row in filled_row(number, map(_text_cell, record[:MOST_COLUMNS])):
                filled += 1
                if filled > MOST_ROWS:
                    raise SheetUnreadable("rows", most=MOST_ROWS)
                yield row
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
