"""Writing tables that people open in a spreadsheet: CSV and XLSX. No cell is ever taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from chalicelib.instrument.domain.masking import inert

Cell = str | int | float | None
_BOM = b"\xef\xbb\xbf"
_WIDTH = 18


def csv_file(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A table for spreadsheets: UTF-8 with a byte order mark."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([inert(column) for column in columns])
    writer.writerows([_plain(cell) for cell in row] for row in rows)
    return _BOM + out.getvalue().encode()


def xlsx_file(title: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]] = (), *, empty: bool = False) -> bytes:
    """A workbook of one sheet; with `empty` its columns take what is typed as text and make no date of `11-01`."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - loaded only where a workbook is written

    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(title)
        sheet.set_column(0, len(columns) - 1, _WIDTH, book.add_format({"num_format": "@"}) if empty else None)
        sheet.write_row(0, 0, [inert(column) for column in columns], book.add_format({"bold": True}))
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, [_plain(cell) for cell in row])
        sheet.freeze_panes(1, 0)
    return out.getvalue()


def _plain(cell: Cell) -> Cell:
    return inert(cell) if isinstance(cell, str) else cell
