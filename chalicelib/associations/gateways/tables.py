"""Writing tables that people open in a spreadsheet: CSV and XLSX. No cell is ever taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from chalicelib.instrument.domain.masking import inert

Cell = str | int | float | None
_BOM = b"\xef\xbb\xbf"
_WIDTH = 18
_EMPTY_ROWS = 200
"""Rows of a template that are made ready for text."""


def csv_file(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A table for spreadsheets: UTF-8 with a byte order mark."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([inert(column) for column in columns])
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return _BOM + out.getvalue().encode()


def xlsx_file(title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]] = (), *, empty: bool = False) -> bytes:
    """A workbook of one sheet; with `empty` rows below that take what is typed as text and make no date of `11-01`."""
    from openpyxl import Workbook  # noqa: PLC0415 - loaded only where a workbook is written
    from openpyxl.styles import Font  # noqa: PLC0415 - likewise
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - likewise

    book = Workbook()
    sheet = book.active
    sheet.title = title
    sheet.append([inert(column) for column in columns])
    for row in rows:
        sheet.append([_plain(cell) for cell in row])
    for number, cell in enumerate(sheet[1], 1):
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTH
    sheet.freeze_panes = "A2"
    for blank in sheet.iter_rows(2, _EMPTY_ROWS, 1, len(columns)) if empty else ():
        for cell in blank:
            cell.number_format = "@"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _plain(cell: Cell) -> Cell:
    return inert(cell) if isinstance(cell, str) else cell
