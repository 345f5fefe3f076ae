"""The three kinds of workbook, each as an office program saved it: they say the same."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest

from chalicelib.associations.domain.spreadsheet import Cell, Sheet
from chalicelib.associations.gateways.bundles import unpacked
from chalicelib.associations.gateways.sheets import read_sheets
from chalicelib.kernel.errors import SheetUnreadable

SAVED = Path(__file__).parent.parent / "fixtures" / "workbooks"
"""One workbook in three formats, the later two as LibreOffice 7.4 saved the first."""
KINDS = ("xlsx", "xls", "ods")


def saved(kind: str) -> bytes:
    """The workbook in a format."""
    return (SAVED / f"annex.{kind}").read_bytes()


def without_ends(sheet: Sheet) -> tuple[object, ...]:
    """A sheet without the empty cells behind a row, of which formats keep more or fewer."""
    rows = []
    for row in sheet.rows:
        cells = [*row.cells]
        while cells[-1] == Cell():
            cells.pop()
        rows.append((row.number, row.hidden, cells))
    return sheet.name, sheet.hidden, sheet.beyond, rows


@pytest.mark.parametrize("kind", KINDS)
def test_a_workbook_says_what_it_holds(kind: str) -> None:
    """Texts, numbers, lines; what is merged, hidden, computed, a date or too far to the right; all of its sheets."""
    first, notes, old = read_sheets(saved(kind))

    assert (first.name, first.beyond, notes.name, old.name, old.hidden) == ("附件1", 1, "说明", "旧", True)
    rows = {row.number: row for row in first.rows}
    assert [cell.text for cell in rows[3].cells[:5]] == [
        "青禾网络安全协会",
        "广东",
        "5000",
        "13800138000",
        "第一行\n第二行",
    ]
    assert rows[1].at(0).reaches == 5
    assert rows[4].at(1) == Cell("广东", merged=True, repeats=True)
    assert rows[4].at(2) == Cell("1200.5")
    assert [rows[5].at(2).flaw, rows[5].at(4).flaw, rows[8].at(4).flaw] == ["formula", "date", "formula"]
    assert [row.number for row in first.rows if row.hidden] == [6]


def test_formats_agree() -> None:
    """To the last cell."""
    xlsx, xls, ods = ([without_ends(sheet) for sheet in read_sheets(saved(kind))] for kind in KINDS)

    assert xlsx == xls == ods


@pytest.mark.parametrize("kind", KINDS)
def test_a_workbook_is_no_bundle(kind: str) -> None:
    """Though two of them are archives; packed with others, it is found by its name."""
    content, out = saved(kind), io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(f"青禾.{kind}", content)

    assert [one.content for one in unpacked("annex", content)] == [content]
    assert [(one.name, one.content) for one in unpacked("all.zip", out.getvalue())] == [(f"青禾.{kind}", content)]


@pytest.mark.parametrize("suffix", ["xlsx", "xlsm", "xls", "et", "ods", "csv", "tsv", "txt"])
def test_a_bundle_holds_tables_of_every_name(suffix: str) -> None:
    """What a file is, its content tells; its name alone must not leave it out."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(f"青禾.{suffix}", b"x")
        archive.writestr("readme.docx", b"x")

    assert [one.name for one in unpacked("all.zip", out.getvalue())] == [f"青禾.{suffix}"]


def test_no_part_of_a_workbook_unpacks_to_too_much() -> None:
    """Also none that is merely looked at on the way."""
    content = with_rows("", {"META-INF/manifest.xml": bytes(33 * 1024 * 1024)})

    with pytest.raises(SheetUnreadable, match="inflated"):
        read_sheets(content)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("kept", [0.3, 0.9])
def test_what_is_cut_off_is_refused(kind: str, kept: float) -> None:
    """A download that ended early."""
    content = saved(kind)
    with pytest.raises(SheetUnreadable, match="workbook"):
        read_sheets(content[: int(len(content) * kept)])


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        ('<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>', "rows"),
        ("<table:table-row>{wide}</table:table-row>" * 3_000, "cells"),
        ('<table:table-row table:number-rows-repeated="many">{cell}</table:table-row>', "workbook"),
    ],
    ids=["rows", "cells", "nonsense"],
)
def test_what_is_repeated_without_end_is_refused(part: str, reason: str) -> None:
    """A few bytes that claim millions of cells."""
    wide = '<table:table-cell table:number-columns-repeated="16384"><text:p>x</text:p></table:table-cell>'
    row = part.format(cell="<table:table-cell><text:p>x</text:p></table:table-cell>", wide=wide)

    with pytest.raises(SheetUnreadable) as refused:
        read_sheets(with_rows(row))

    assert refused.value.reason == reason


def test_a_comment_is_no_part_of_its_cell() -> None:
    """Nor do empty rows at the end, of which most tables claim a million, make it long."""
    note = "<office:annotation><text:p>请核对</text:p></office:annotation>"
    cell = f'<table:table-cell office:value-type="string">{note}<text:p>广东</text:p></table:table-cell>'
    empty = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'

    [sheet] = read_sheets(with_rows(f"<table:table-row>{cell}</table:table-row>{empty}"))

    assert [[cell.text for cell in row.cells] for row in sheet.rows] == [["广东"]]


def with_rows(rows: str, others: Mapping[str, bytes] = MappingProxyType({})) -> bytes:
    """The OpenDocument workbook with other content: one table of these rows, and `others` of its parts replaced."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    table = f'<table:table table:name="表">{rows}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved("ods"))) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in ("mimetype", "META-INF/manifest.xml"):
            part = others.get(name, old.read(name))
            new.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED if name in others else zipfile.ZIP_STORED)
        new.writestr("content.xml", f"<office:document-content {spaces}>{body}</office:document-content>")
    return out.getvalue()
