"""Reading OpenDocument spreadsheets, as LibreOffice and WPS write them. A few lines over an XML parser: readers at hand
don't tell formulas, merged cells and hidden rows, and unpack what is repeated without end."""

from collections.abc import Iterator
from itertools import chain, repeat
from typing import Any

from chalicelib.associations.domain.spreadsheet import MOST_COLUMNS, MOST_ROWS, Cell, Sheet
from chalicelib.associations.gateways.grid import MOST_CELLS, MOST_SHEETS, Marks, rows_of, text_of
from chalicelib.associations.gateways.xlsx import DAMAGED, opened
from chalicelib.kernel.errors import SheetUnreadable

_KIND = b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet"
_TABLE, _OFFICE, _TEXT = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("table", "office", "text")
)
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
"""LibreOffice's own, where the standard has no word."""
_CELLS = (_TABLE + "table-cell", _TABLE + "covered-table-cell")
_HIDDEN = {"collapse", "filter"}
_MOST_EVENTS = 6 * MOST_CELLS
"""A cell has two elements and sometimes three, each of which begins and ends."""
_WIDEST = MOST_COLUMNS + 1
"""Of a cell that is repeated, so many are looked at: it is enough to see that it reaches beyond."""


def is_ods(content: bytes) -> bool:
    """Whether it is one: the first part of such an archive says so, unpacked."""
    return content.startswith(_KIND, 30)


def sheets(content: bytes) -> Iterator[Sheet]:
    """All tables. Raises `SheetUnreadable`."""
    from defusedxml.ElementTree import ParseError, iterparse  # noqa: PLC0415 - loaded only where one is read

    try:
        with opened(content) as archive:
            if b"encryption-data" in archive.read("META-INF/manifest.xml"):
                raise SheetUnreadable("password")
            reader = _Reader(iterparse(archive.open("content.xml"), ("start", "end"), forbid_dtd=True))
            yield from reader.sheets()
    except (*DAMAGED, ParseError, KeyError):
        raise SheetUnreadable("workbook") from None


class _Reader:
    """What the events of a parser say, one table after the other."""

    def __init__(self, events: Iterator[tuple[str, Any]]) -> None:
        self._events = self._counted(events)
        self._cells = 0
        self._hidden_styles: set[str] = set()

    def sheets(self) -> Iterator[Sheet]:
        """All tables."""
        read = 0
        for event, one in self._events:
            if event == "end" and one.tag.endswith("}style"):
                self._see_style(one)
            if event == "start" and one.tag == _TABLE + "table":
                read += 1
                yield self._sheet(one) if read <= MOST_SHEETS else self._unread(one)

    @staticmethod
    def _counted(events: Iterator[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
        """Each is an element that stays in memory until its row has ended, or its table."""
        for number, event in enumerate(events):
            if number > _MOST_EVENTS:
                raise SheetUnreadable("cells", most=MOST_CELLS)
            yield event

    def _see_style(self, style: Any) -> None:
        if any(part.get(_TABLE + "display") == "false" for part in style):
            self._hidden_styles.update(value for name, value in style.items() if name.endswith("}name"))

    def _sheet(self, table: Any) -> Sheet:
        marks = Marks()
        rows = tuple(rows_of(self._rows(table, marks), marks))
        hidden = table.get(_TABLE + "style-name") in self._hidden_styles
        return Sheet(table.get(_TABLE + "name", ""), rows, hidden, beyond=marks.beyond)

    def _unread(self, table: Any) -> Sheet:
        for _ in self._rows(table, Marks()):
            pass
        return Sheet(table.get(_TABLE + "name", ""), (), unread=True)

    def _rows(self, table: Any, marks: Marks) -> Iterator[list[Cell]]:
        number, empty = 1, 0
        for event, one in self._events:
            if event == "start":
                continue
            if one is table:
                return
            if one.tag != _TABLE + "table-row":
                continue
            times, row = int(one.get(_TABLE + "number-rows-repeated", 1)), self._row(one, number, marks)
            if one.get(_TABLE + "visibility") in _HIDDEN:
                marks.hidden.update(range(number, number + min(times, MOST_ROWS)))
            one.clear()
            if not any(cell.text or cell.flaw for cell in row):
                empty += times  # most tables end in a million of them, which are given only where one follows
                number += times
                continue
            yield from chain(repeat([], empty), repeat(row, times))
            number, empty = number + times, 0

    def _row(self, row: Any, number: int, marks: Marks) -> list[Cell]:
        made: list[Cell] = []
        for cell in row:
            if cell.tag not in _CELLS:
                continue
            down, across = (int(cell.get(f"{_TABLE}number-{way}-spanned", 1)) for way in ("rows", "columns"))
            if (down, across) != (1, 1):
                marks.merge(number, len(made) + 1, number + down - 1, len(made) + across)
            times = min(int(cell.get(_TABLE + "number-columns-repeated", 1)), _WIDEST)
            self._cells += times
            if self._cells > MOST_CELLS:
                raise SheetUnreadable("cells", most=MOST_CELLS)
            made += repeat(_cell(cell), times)
        return made


def _cell(cell: Any) -> Cell:
    if cell.get(_TABLE + "formula"):
        return Cell(flaw="formula")
    kind = cell.get(_OFFICE + "value-type")
    if kind in ("date", "time"):
        return Cell(flaw="date")
    if cell.get(_CALC + "value-type") == "error":
        return Cell(flaw="error")
    if kind in ("float", "currency", "percentage"):
        return Cell(text_of(float(cell.get(_OFFICE + "value"))))
    lines = ("".join(line.itertext()) for line in cell.findall(_TEXT + "p"))
    return Cell("\n".join(lines).strip())
