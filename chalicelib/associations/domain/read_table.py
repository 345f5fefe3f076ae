"""Reading records out of a table that people send: columns by their headings, cells by their fields.

Columns come in any order; a title may be above the headings, sums and notes below the records. Whatever isn't taken is
named: as wrong, as asked about, as skipped, or as a column that is ignored.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from chalicelib.associations.domain.cell_readers import UnclearCell, WrongCell, is_bent
from chalicelib.associations.domain.headings import Headings, as_said, find_headings, plain, recalled, upright
from chalicelib.associations.domain.spreadsheet import Answers, Cell, Row
from chalicelib.associations.domain.table import Column, Form, Question, ReadTable, Rejection, Skipped, TableField
from chalicelib.kernel.lines import is_line

R = TypeVar("R")
_SUM = re.compile(r"(合计|总计|小计|共计|累计|汇总|总和|total|subtotal|sum)(\W.*)?")
_NOTE = re.compile(
    r"(备注|说明|注意|注|填表|填报|制表|审核|签字|盖章|日期|联系我们|附)"
    r"(\W.*|人.*|单位.*|日期.*|时间.*)?"
)
_PROSE = re.compile(r"[。；！？!?]|.{30}|^(请|以上|以下|如有|截至|本表|此表|各单位)", re.DOTALL)
"""What no record is called: a sentence that stands alone in its row."""
_NOTHING = {"无", "-", "—", "——", "/", "none", "n/a"}
"""What people write where there is nothing to say."""
_LOST = re.compile(r"\?{2,}|\ufffd|锟斤拷|烫烫")
"""What stands for characters that were lost on the way here."""
_SAMPLES = 3
_NO_ANSWERS = Answers()


def read_table(rows: Sequence[Row], form: Form, make: Callable[..., R], answers: Answers = _NO_ANSWERS) -> ReadTable[R]:
    """The records in a table. `rows` are those that hold something, the headings among the first of them.

    `make` makes a record of a row's number and, by keyword, of what the row says; what it doesn't say is left out or
    None. Of what is unclear, `answers` say how it is meant.
    """
    rows = answers.counting(rows)
    found = find_headings(rows, form)
    standing = upright(rows, form)
    if standing and (found is None or len(standing[0].cells) > len(found.fields)):
        found, rows = find_headings(standing, form), standing
    if found is None and answers.columns and rows:
        found = Headings(rows[0], {})
    if found is None:
        return ReadTable(form, rejections=[Rejection(rows[0].number if rows else 1, form.needed[0], "missing_column")])
    alone, rows = found, answers.meant(rows)
    found = as_said(recalled(found, answers.headings, form), answers.columns)
    wrong, columns = _wrong_headings(found, form), _columns(rows, found, alone)
    sheet: ReadTable[R] = ReadTable(form, rejections=wrong, columns=columns, heading_row=found.row.number)
    sheet.skipped += [_whole(row, "title") for row in rows if row.number < found.row.number]
    if not sheet.rejections:
        sheet.below = _below(rows, found)
        for row in sheet.below:
            _read_row(row, found.columns, sheet, make)
    return sheet


def _below(rows: Sequence[Row], found: Headings) -> list[Row]:
    return [row for row in rows if row.number > found.row.number]


def _wrong_headings(found: Headings, form: Form) -> list[Rejection]:
    number, columns = found.row.number, found.columns
    wrong = [Rejection(number, name, "twice", {"other": _shown(found.row.at(at))}) for at, name in found.twice]
    missing = [] if form.spares in columns else [name for name in form.needed if name not in columns]
    return wrong + [Rejection(number, name, "missing_column") for name in missing]


def _columns(rows: Sequence[Row], found: Headings, alone: Headings) -> list[Column]:
    below = _below(rows, found)
    width = max(len(row.cells) for row in (found.row, *below))
    columns = []
    for place in range(width):
        values = [text for row in below if (text := _shown(row.at(place)))][:_SAMPLES]
        heading = _shown(found.row.at(place))
        if heading or values:
            guess = alone.fields.get(place)
            columns.append(Column(place, heading, found.fields.get(place), tuple(values), guess))
    return columns


def _aside(row: Row, columns: Mapping[str, int], form: Form) -> str | None:
    """Why a row holds no record, where it doesn't: it adds up those above, or is a note."""
    said = [cell.text for cell in row.cells if cell.text or cell.flaw]
    named = [row.at(columns[name]) for name in form.anchors if name in columns]
    own = [cell for cell in named if cell.text or cell.flaw]
    if own and all(_SUM.fullmatch(plain(cell.text)) for cell in own):
        return "sum"
    if not own and any(_SUM.match(plain(text)) for text in said):
        return "sum"
    alone = len(set(said)) == 1 and _PROSE.search(said[0])
    return "note" if said and (alone or all(_NOTE.fullmatch(" ".join(text.split())) for text in said)) else None


def _read_row(row: Row, columns: Mapping[str, int], sheet: ReadTable[R], make: Callable[..., R]) -> None:
    cells = {name: row.at(column) for name, column in columns.items()}
    if reason := _aside(row, columns, sheet.form):
        sheet.skipped.append(_whole(row, reason))
        return
    if not any((cell.text or cell.flaw) and not cell.repeats for cell in cells.values()):
        return
    values: dict[str, Any] = {}
    wrong: list[Rejection] = []
    asked = _asked_of_row(row, columns, sheet.form)
    for name, cell in cells.items():
        try:
            values[name] = value_of(sheet.form.field(name), cell, anchor=name in sheet.form.anchors)
        except WrongCell as found:
            wrong.append(Rejection(row.number, name, found.reason, found.figures))
        except UnclearCell as unclear:
            asked.append(Question(row.number, columns[name], name, _shown(cell), unclear.suggestion, "unclear"))
        else:
            sheet.skipped += _put_right(row, name, cell, values[name], sheet)
    sheet.rejections += wrong
    sheet.questions += asked
    sheet.skipped += [
        Skipped(row.number, sheet.heading(name, "zh-Hans"), "across", {"value": _shown(cell)})
        for name, cell in _covered(row, columns)
        if name not in sheet.form.numbers
    ]
    if not wrong and not asked:
        sheet.rows.append(make(row.number, **values))


def _asked_of_row(row: Row, columns: Mapping[str, int], form: Form) -> list[Question]:
    """A row that nobody sees, and a number that is merged over several."""

    def asked(name: str, suggestion: str, reason: str) -> Question:
        cell = row.at(columns[name])
        return Question(row.number, columns[name], name, _shown(cell), suggestion, reason)

    named = [name for name in form.anchors if name in columns]
    first = next((name for name in named if row.at(columns[name]).text), named[-1])
    merged = [name for name, place in columns.items() if row.at(place).merged and name in form.numbers]
    hidden = [asked(first, "", "hidden")] if row.hidden else []
    return [
        *hidden,
        *(asked(name, row.at(columns[name]).text, "merged") for name in merged),
        *(
            Question(row.number, columns[name], name, _shown(cell), cell.text, "across")
            for name, cell in _covered(row, columns)
            if name in form.numbers
        ),
    ]


def _covered(row: Row, columns: Mapping[str, int]) -> list[tuple[str, Cell]]:
    """Fields whose cells are part of one that reaches over several columns, which is given, too."""
    wide = [(place, cell) for place, cell in enumerate(row.cells) if cell.reaches > 1 and cell.text]
    return [
        (name, cell)
        for name, column in columns.items()
        for place, cell in wide
        if place < column < place + cell.reaches
    ]


def _put_right(row: Row, name: str, cell: Cell, value: object, sheet: ReadTable[Any]) -> Iterator[Skipped]:
    """What was read otherwise than it was written, and why."""
    heading = sheet.heading(name, "zh-Hans")
    if cell.merged and name not in sheet.form.numbers:
        yield Skipped(row.number, heading, "filled", {"value": cell.text})
    if sheet.form.field(name).bends and is_bent(cell.text, value):
        yield Skipped(row.number, heading, "mended", {"value": _shown(cell), "read": value})


def value_of(one: TableField, cell: Cell, *, anchor: bool) -> object:
    """A cell's value, None where it is empty; words for nothing are nothing, but of an `anchor`.

    Raises `WrongCell` and `UnclearCell`.
    """
    if cell.flaw is not None:
        raise WrongCell(cell.flaw)
    text = " ".join(cell.text.split())
    if not text or (not anchor and text.casefold() in _NOTHING):
        return None
    if _LOST.search(text):
        raise WrongCell("lossy", value=text[:40])
    if not is_line(text):
        raise WrongCell("characters")
    return one.read(text)


def _whole(row: Row, reason: str) -> Skipped:
    value = " ".join(_shown(cell) for cell in row.cells if cell.text)
    return Skipped(row.number, "", reason, {"value": value[:80]})


def _shown(cell: Cell) -> str:
    return " ".join(cell.text.split())[:40]
