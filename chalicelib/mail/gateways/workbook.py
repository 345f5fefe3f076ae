"""Workbooks that we send: tables with filters, and charts that the program draws itself. No cell is ever a formula."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

Cell = str | int | float | None
Kind = Literal["text", "count", "share"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMATS = {"text": "@", "count": "#,##0", "share": "0.0%"}
_WIDTHS = {"text": 18, "count": 12, "share": 10}
_INERT = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""A text stays a text, whatever it begins with."""
_HEAD_ROW = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading, and what stands in its cells."""

    head: str
    kind: Kind = "count"
    width: int = 0
    """In characters; 0: as is usual for its kind."""


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A sheet with one table, and to its right a chart of some of its columns over the first."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    chart: Literal["line", "bar", ""] = ""
    charted: Sequence[int] = ()
    """Which columns the chart shows."""
    labels: int = 0
    """The column whose cells name the chart's points."""


def write_workbook(sheets: Sequence[Worksheet]) -> bytes:
    """The XLSX file of these sheets."""
    from xlsxwriter import Workbook  # noqa: PLC0415 - loaded only where a workbook is written

    file = io.BytesIO()
    with Workbook(file, _INERT) as workbook:
        formats = {kind: workbook.add_format({"num_format": shape}) for kind, shape in _FORMATS.items()}
        heads = {kind: workbook.add_format({"align": "left" if kind == "text" else "right"}) for kind in _FORMATS}
        bold = workbook.add_format({"bold": True, "font_size": 14})
        for number, sheet in enumerate(sheets, 1):
            page = workbook.add_worksheet(sheet.name)
            page.write_string(0, 0, sheet.title, bold)
            _table(page, sheet, number, (heads, formats))
            if sheet.chart and sheet.rows:
                _chart(workbook, page, sheet)
    return file.getvalue()


def _table(page: Any, sheet: Worksheet, number: int, shapes: tuple[dict[str, Any], dict[str, Any]]) -> None:
    heads, formats = shapes
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width or _WIDTHS[column.kind])
    # A table needs a row, be it empty.
    rows = [list(row) for row in sheet.rows] or [[None] * len(sheet.columns)]
    page.add_table(
        _HEAD_ROW,
        0,
        _HEAD_ROW + len(rows),
        len(sheet.columns) - 1,
        {
            "name": f"Table{number}",
            "style": "Table Style Light 9",
            "columns": [
                {"header": c.head, "header_format": heads[c.kind], "format": formats[c.kind]} for c in sheet.columns
            ],
            "data": rows,
        },
    )
    page.freeze_panes(_HEAD_ROW + 1, 0)
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.repeat_rows(_HEAD_ROW)


def _chart(workbook: Any, page: Any, sheet: Worksheet) -> None:
    chart = workbook.add_chart({"type": sheet.chart})
    first, last = _HEAD_ROW + 1, _HEAD_ROW + len(sheet.rows)
    for place in sheet.charted:
        chart.add_series(
            {
                "name": [sheet.name, _HEAD_ROW, place],
                "categories": [sheet.name, first, sheet.labels, last, sheet.labels],
                "values": [sheet.name, first, place, last, place],
            }
        )
    chart.set_title({"name": sheet.title, "name_font": {"size": 12}})
    chart.set_legend({"none": True} if len(sheet.charted) == 1 else {"position": "bottom"})
    if sheet.chart == "bar":
        # From top to bottom as in the table, with room for every name.
        chart.set_y_axis({"reverse": True, "interval_unit": 1})
        chart.set_size({"width": 640, "height": max(300, 60 + 18 * len(sheet.rows))})
    else:
        chart.set_size({"width": 720, "height": 360})
    page.insert_chart(_HEAD_ROW, len(sheet.columns) + 1, chart)
