"""Nothing of a table is lost in silence: each cell that holds something is imported, or named as what became of it."""

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.associations.domain.spreadsheet import Cell, Row
from chalicelib.associations.domain.table import ReadTable
from chalicelib.associations.domain.unit_rows import UnitRow, read_units
from chalicelib.instrument import questionnaires

HEADINGS = [
    *("单位名称", "省份", "计划（份）", "所需链接数量", "联系人", "手机"),
    *("邮箱", "去年采集情况", "序号", "备注", "传真"),
]
VALUES = [
    *("", "", "青禾会", "广东", "5000", "5.000", "约300", "x"),
    *("合计", "备注：盖章", "13800138000", "a@b.example", "???", "1.2万"),
]
cells = st.sampled_from(VALUES)
tables = st.tuples(
    st.lists(st.lists(cells, max_size=4), max_size=3),
    st.lists(st.sampled_from([*HEADINGS, ""]), min_size=2, max_size=8, unique=True),
    st.lists(st.tuples(st.lists(cells, max_size=9), st.booleans(), st.integers(-1, 8)), max_size=6),
)


def row(number: int, texts: list[str], *, hidden: bool = False, merged: int = -1) -> list[Row]:
    """A row as the gateways give it; none where it holds nothing."""
    made = tuple(Cell(text, merged=place == merged and bool(text)) for place, text in enumerate(texts))
    return [Row(number, made, hidden)] if any(texts) else []


def told_of(sheet: ReadTable[UnitRow]) -> set[int]:
    """Rows that are imported, or of which something is said."""
    said = {one.row for one in sheet.skipped} | {one.row for one in sheet.rejections}
    return {one.number for one in sheet.rows} | said | {one.row for one in sheet.questions}


@given(tables)
def test_every_cell_is_imported_or_named(
    table: tuple[list[list[str]], list[str], list[tuple[list[str], bool, int]]],
) -> None:
    """Above the headings, below them, beside them; in a column that isn't understood, that column is named with it."""
    titles, headings, body = table
    headings = ["单位名称", "省份", *(one for one in headings if one not in {"单位名称", "省份"})]
    rows = [made for number, texts in enumerate(titles, 1) for made in row(number, texts)]
    heading_row = len(titles) + 1
    rows += row(heading_row, headings)
    for number, (texts, hidden, merged) in enumerate(body, heading_row + 1):
        rows += row(number, texts, hidden=hidden, merged=merged)

    sheet = read_units(rows, questionnaires.regions())

    if [one.reason for one in sheet.rejections if one.reason in {"missing_column", "twice"}]:
        return  # the whole table is refused, in words
    told = told_of(sheet) | {heading_row}
    for one in rows:
        for place, cell in enumerate(one.cells):
            if not cell.text or cell.repeats or one.number in told:
                continue
            heading = headings[place] if place < len(headings) else ""
            assert any(column.heading == heading and column.field is None for column in sheet.columns), (one, cell)
