"""Tables that people send: encodings, delimiters, workbooks, and what is refused."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from time import thread_time
from typing import Any

import pytest
from openpyxl import Workbook

from chalicelib.associations.domain.spreadsheet import MOST_ROWS, Cell, Row
from chalicelib.associations.gateways.sheets import read_sheet
from chalicelib.associations.gateways.xlsx import MOST_INFLATED_MIB
from chalicelib.kernel.errors import SheetUnreadable

TEXT = "名称,省份,计划\n青禾会,广东,100\n\n澄明会,天津,\n"
ROWS = [["名称", "省份", "计划"], ["青禾会", "广东", "100"], ["澄明会", "天津", ""]]


def workbook(fill: Callable[[Any], object], **others: Callable[[Any], object]) -> bytes:
    """An XLSX whose first sheet `fill` fills."""
    book = Workbook()
    fill(book.active)
    for title, fill_other in others.items():
        fill_other(book.create_sheet(title))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """A workbook with one of its parts replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for other in old.namelist():
            if other != name:
                new.writestr(other, old.read(other))
        new.writestr(name, part)
    return out.getvalue()


def with_shared_strings(part: str) -> bytes:
    """A workbook whose first cell is the first of its shared strings, as Excel writes texts."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    content = workbook(lambda _: None)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        types = archive.read("[Content_Types].xml").decode()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    types = types.replace("</Types>", f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>')
    sheet = f'<worksheet {space}><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row></sheetData></worksheet>'
    content = with_part(content, "[Content_Types].xml", types.encode())
    content = with_part(content, "xl/worksheets/sheet1.xml", sheet.encode())
    return with_part(content, "xl/sharedStrings.xml", part.replace("<sst>", f"<sst {space}>").encode())


def texts(rows: list[Row]) -> list[list[str]]:
    """What the cells say."""
    return [[cell.text for cell in row.cells] for row in rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_a_csv_is_read_as_spreadsheets_write_it(encoding: str, delimiter: str, ending: str) -> None:
    """Whatever its encoding, delimiter and line ends; empty rows are counted but not given."""
    rows = read_sheet(TEXT.replace(",", delimiter).replace("\n", ending).encode(encoding))

    assert texts(rows) == ROWS
    assert [row.number for row in rows] == [1, 2, 4]


def test_gb18030_may_have_a_mark() -> None:
    """A byte order mark is no part of the first heading, in GB18030 either."""
    assert texts(read_sheet(("\ufeff" + TEXT).encode("gb18030"))) == ROWS


def test_a_cell_of_several_lines_is_one_row() -> None:
    """Rows are numbered as a spreadsheet shows them, not by lines."""
    rows = read_sheet('名称,省份\n"青禾\n会",广东\n澄明会,天津\n'.encode())

    assert [row.number for row in rows] == [1, 2, 3]


def test_a_workbook_is_read_cell_by_cell() -> None:
    """Numbers lose what a spreadsheet adds; formulas, dates and errors are flaws; gaps are counted."""

    def fill(sheet: Any) -> None:
        sheet.append(["代码", "名称", "计划"])
        sheet.append([44.0, " 青禾会 ", 5000.0])
        sheet["A4"], sheet["B4"], sheet["C4"] = date(2021, 11, 1), "=HYPERLINK(1)", "#REF!"

    rows = read_sheet(workbook(fill, other=lambda sheet: sheet.append(["x"])))

    assert texts(rows[:2]) == [["代码", "名称", "计划"], ["44", "青禾会", "5000"]]
    assert rows[2] == Row(4, (Cell(flaw="date"), Cell(flaw="formula"), Cell(flaw="error")))


def test_texts_are_read_as_excel_keeps_them() -> None:
    """From the table of shared strings, in pieces where a piece is formatted; a text like `=1` is a text."""
    pieces = "<sst><si><r><t>青</t></r><r><t>禾</t></r></si></sst>"

    assert texts(read_sheet(with_shared_strings(pieces))) == [["青禾"]]
    assert texts(read_sheet(with_shared_strings("<sst><si><t>=1</t></si></sst>"))) == [["=1"]]


def test_what_a_formula_once_came_to_is_not_taken() -> None:
    """A cached result beside a formula changes nothing: it stays a formula."""
    content = workbook(lambda sheet: sheet.append(["计划"]))
    part = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        '<c r="A1"><f>1+1</f><v>2</v></c></row></sheetData></worksheet>'
    )

    rows = read_sheet(with_part(content, "xl/worksheets/sheet1.xml", part.encode()))

    assert rows == [Row(1, (Cell(flaw="formula"),))]


def test_a_hidden_sheet_is_not_meant() -> None:
    """The first sheet that can be seen is read."""

    def hide(sheet: Any) -> None:
        sheet.append(["名称"])
        sheet.sheet_state = "hidden"

    assert texts(read_sheet(workbook(hide, 名单=lambda sheet: sheet.append(["代码"])))) == [["代码"]]


def test_a_workbook_that_lies_about_its_size_is_read() -> None:
    """The dimension that a file claims is not believed."""
    content = workbook(lambda sheet: sheet.append(["名称", "省份"]))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        part = archive.read("xl/worksheets/sheet1.xml").replace(b'ref="A1:B1"', b'ref="A1:XFD1048576"')

    assert b"XFD1048576" in part
    assert texts(read_sheet(with_part(content, "xl/worksheets/sheet1.xml", part))) == [["名称", "省份"]]


def test_as_many_rows_as_there_may_be() -> None:
    """The last row allowed is read; one more is refused."""
    lines = ["名称"] + ["会"] * (MOST_ROWS - 1)

    assert len(read_sheet("\n".join(lines).encode())) == MOST_ROWS
    with pytest.raises(SheetUnreadable, match="rows"):
        read_sheet("\n".join([*lines, "会"]).encode())


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
BOMB = f"{ENTITIES}<worksheet>&b;</worksheet>".encode()
EMPTY = workbook(lambda _: None)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "empty"),
        (EMPTY, "empty"),
        (b"\xff\xff\xff", "encoding"),
        ("名称\ufffd".encode(), "encoding"),
        (b"name\0", "encoding"),
        (b'name\n"x', "quotes"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "workbook"),
        (b"PK\x03\x04 and no more", "workbook"),
        (EMPTY[: len(EMPTY) // 2], "workbook"),
        (with_part(EMPTY, "xl/worksheets/sheet1.xml", b"<worksheet>"), "workbook"),
        (with_part(EMPTY, "xl/worksheets/sheet1.xml", BOMB), "workbook"),
        (with_shared_strings(f"{ENTITIES}<sst><si><t>&b;</t></si></sst>"), "workbook"),
        (with_part(EMPTY, "xl/media/x.bin", bytes(MOST_INFLATED_MIB * 1024 * 1024)), "inflated"),
        (workbook(lambda sheet: sheet.cell(1_000_000, 1, "名称")), "rows"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_table_is_refused(content: bytes, reason: str) -> None:
    """Broken, bombs, or without end: each is refused with its reason, and none takes down the reader."""
    with pytest.raises(SheetUnreadable) as refused:
        read_sheet(content)

    assert refused.value.reason == reason


def test_a_workbook_of_very_many_cells_is_refused_before_it_is_read() -> None:
    """One row of 700,000, in a file of 79 kB: reading it took 14 seconds."""
    cells = b'<sheetData><row r="1">' + b"<c><v>1</v></c>" * 700_000 + b"</row></sheetData>"
    sheet = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">' + cells + b"</worksheet>"

    began = thread_time()
    with pytest.raises(SheetUnreadable) as refused:
        read_sheet(with_part(EMPTY, "xl/worksheets/sheet1.xml", sheet))

    assert refused.value.reason == "cells"
    assert thread_time() - began < 1


def test_a_very_long_cell_is_read_like_any_other() -> None:
    """What is too long for its field, the field says."""
    [_, row] = read_sheet(f"名称,省份\n{'长' * 131_073},广东\n".encode())

    assert [len(cell.text) for cell in row.cells] == [131_073, 2]


def test_cells_merged_over_rows_say_what_the_first_says() -> None:
    """Over several columns, too; the first of them is no repeat, so that a record of merged cells alone is one."""

    def merged(sheet: Any) -> None:
        for row in (["单位名称", "省份", "计划"], ["青禾会", "广东", 5000], [None, None, None], ["澄明会", "天津", 1]):
            sheet.append(row)
        for cells in ("A2:A3", "B2:B3", "C2:D3"):
            sheet.merge_cells(cells)

    first, second = read_sheet(workbook(merged))[1:3]

    assert [(cell.text, cell.merged, cell.repeats) for cell in first.cells[:3]] == [
        ("青禾会", True, False), ("广东", True, False), ("5000", True, False),
    ]  # fmt: skip
    assert [(cell.text, cell.repeats) for cell in second.cells[:3]] == [
        ("青禾会", True),
        ("广东", True),
        ("5000", True),
    ]


def test_empty_cells_of_all_sheets_count_as_cells() -> None:
    """As `<c/>`, which are the shortest, too."""
    bomb = b"<worksheet><sheetData><row>" + b"<c/>" * 300_001 + b"</row></sheetData></worksheet>"

    with pytest.raises(SheetUnreadable) as refused:
        read_sheet(with_part(EMPTY, "xl/worksheets/sheet9.xml", bomb))

    assert refused.value.reason == "cells"
