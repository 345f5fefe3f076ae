"""What a stranger's file may cost: never more than 256 MB, the interpreter's own included."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from chalicelib.associations.gateways.sheets import MOST_BYTES, read_sheets
from chalicelib.kernel.errors import SheetUnreadable
from tests.unit.test_sheets import with_part, with_shared_strings, workbook
from tests.unit.test_workbooks import with_rows

MOST_MB = 256
EMPTY = workbook(lambda _: None)
READ = """
import sys
from pathlib import Path
from chalicelib.associations.gateways.sheets import read_sheets
from chalicelib.kernel.errors import SheetUnreadable
try:
    read_sheets(sys.stdin.buffer.read())
except SheetUnreadable:
    pass
[most] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
print(int(most.split()[1]) // 1024)
"""


def sheet(rows: str, behind: str = "") -> bytes:
    """An XLSX with these rows."""
    space = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    part = f"<worksheet {space}><sheetData>{rows}</sheetData>{behind}</worksheet>"
    return with_part(EMPTY, "xl/worksheets/sheet1.xml", part.encode())


def one_text(length: int) -> bytes:
    """An XLSX with one cell of so many characters."""
    return sheet(f'<row r="1"><c t="inlineStr"><is><t>{"a" * length}</t></is></c></row>')


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"," * MOST_BYTES,
        lambda: b'"' + b"a" * (MOST_BYTES - 2) + b'"',
        lambda: one_text(30_000_000),
        lambda: with_rows(
            "<table:table-row><table:table-cell>" + "<text:p/>" * 2_500_000 + "</table:table-cell></table:table-row>"
        ),
    ],
    ids=["separators", "one cell", "one text", "elements"],
)
def test_memory_is_bounded(make: Callable[[], bytes]) -> None:
    """Each took the most of its kind, among some twenty that were tried."""
    read = subprocess.run([sys.executable, "-c", READ], input=make(), capture_output=True, check=True)

    assert int(read.stdout) < MOST_MB


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: b"\n" * MOST_BYTES, "rows"),
        (lambda: sheet("".join(f'<row r="{row}"/>' for row in range(1, 40_000))), "rows"),
        (lambda: sheet("<row/>", "<mergeCells>" + '<mergeCell ref="A1:XFD5000"/>' * 4_000 + "</mergeCells>"), "cells"),
        (lambda: sheet("<row/>", "<mergeCells>" + '<mergeCell ref="A1:A2"/>' * 400_000 + "</mergeCells>"), "cells"),
        (lambda: with_shared_strings("<sst>" + "<si><t>a</t></si>" * 400_000 + "</sst>"), "cells"),
        (lambda: with_part(EMPTY, "xl/styles.xml", b"<xf />" * 140_000), "cells"),
    ],
    ids=["lines", "rows", "wide merges", "many merges", "texts", "formats"],
)
def test_what_would_take_long_is_refused_before(make: Callable[[], bytes], reason: str) -> None:
    """By counting, which takes a fraction of reading."""
    with pytest.raises(SheetUnreadable) as refused:
        read_sheets(make())

    assert refused.value.reason == reason
