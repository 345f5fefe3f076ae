"""Reading records out of a table that people send: columns by their headings, cells by their fields.

Columns come in any order, headed in Chinese or English; a title may be above the headings, a sum below the records.
What is wrong is reported by row and column.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from chalicelib.associations.domain.cell_readers import WrongCell
from chalicelib.associations.domain.spreadsheet import Cell, Row
from chalicelib.kernel.lines import is_line
from chalicelib.kernel.wording import words

R = TypeVar("R")
T = TypeVar("T")
C = TypeVar("C")
_TITLE_ROWS = 10
"""Headings are looked for in so many rows."""
_SUM = ("合计", "总计", "小计", "total")
_NOTHING = {"无", "-", "—", "——", "/", "none", "n/a"}
"""What people write where there is nothing to say."""


@dataclass(frozen=True, slots=True)
class TableField:
    """One thing that a table may say of each record."""

    name: str
    called: tuple[str, str]
    """Its heading in Chinese and in English: in templates, and where the file doesn't name it."""
    headings: str
    """What else it may be headed, apart by spaces; a heading's own spaces, case and brackets don't count."""
    read: Callable[[str], object]
    """The value that a cell's text means. Raises `WrongCell`."""

    def title(self, lang: str) -> str:
        """What the field is called."""
        return words({"zh-Hans": self.called[0], "en": self.called[1]}, lang)


@dataclass(frozen=True, slots=True)
class Form:
    """What a kind of table holds."""

    fields: tuple[TableField, ...]
    anchors: tuple[str, ...]
    """Fields that name the record: one of them is among the headings, and no record does without all of them."""
    needed: tuple[str, ...]
    """Columns that must be there, unless `spares` is."""
    spares: str | None = None

    def field(self, name: str) -> TableField:
        """The field of this name."""
        return next(one for one in self.fields if one.name == name)

    def named(self, heading: Cell) -> str | None:
        """The name of the field that is headed like this."""
        plain = _plain(heading.text)
        return next((one.name for one in self.fields if plain in _headings(one)), None) if plain else None


@dataclass(frozen=True, slots=True)
class Rejection:
    """One thing that is wrong, and where."""

    row: int
    column: str
    """The field whose column it is."""
    reason: str
    """A key of `texts/imports`."""
    figures: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change(Generic[R, T]):
    """What becomes of one row: something new (`before` is None), or another form of what is known."""

    row: R
    before: T | None
    after: T


@dataclass(slots=True)
class Decision(Generic[C]):
    """What an import does, unless something was rejected."""

    changes: list[C] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)


@dataclass(slots=True)
class ReadTable(Generic[R]):
    """What a table says, and what of it can't be used."""

    form: Form
    rows: list[R] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    headings: Mapping[str, str] = field(default_factory=dict)
    """What the file calls a field."""
    passed_over: list[str] = field(default_factory=list)
    """Headings of columns that aren't used."""

    def heading(self, rejection: Rejection, lang: str) -> str:
        """What the column of a rejection is called: by the file's own heading where it has one."""
        return self.headings.get(rejection.column) or self.form.field(rejection.column).title(lang)


def read_table(rows: Sequence[Row], form: Form, make: Callable[..., R]) -> ReadTable[R]:
    """The records in a table. `rows` are those that hold something, the headings among the first of them.

    `make` makes a record of a row's number and, by keyword, of what the row says; what it doesn't say is left out or
    None.
    """
    headings = _heading_row(rows, form)
    if headings is None:
        return ReadTable(form, rejections=[Rejection(rows[0].number if rows else 1, form.needed[0], "missing_column")])
    columns, wrong, others = _columns(headings, form)
    missing = [] if form.spares in columns else [name for name in form.needed if name not in columns]
    wrong += [Rejection(headings.number, name, "missing_column") for name in missing]
    shown = {name: _shown(headings.at(column)) for name, column in columns.items()}
    sheet: ReadTable[R] = ReadTable(form, rejections=wrong, headings=shown, passed_over=others)
    if not wrong:
        for row in rows:
            if row.number > headings.number and not _is_sum(row, columns, form):
                _read_row(row, columns, sheet, make)
    return sheet


def _heading_row(rows: Sequence[Row], form: Form) -> Row | None:
    """The first row in which two columns are known, one of them an anchor."""
    for row in rows[:_TITLE_ROWS]:
        known = {form.named(cell) for cell in row.cells} - {None}
        if len(known) > 1 and known & set(form.anchors):
            return row
    return None


def _columns(headings: Row, form: Form) -> tuple[dict[str, int], list[Rejection], list[str]]:
    """Where each field is, what is wrong with that, and the headings that are unknown."""
    columns: dict[str, int] = {}
    wrong, others = [], []
    for index, cell in enumerate(headings.cells):
        name = form.named(cell)
        if name is None:
            others += [_shown(cell)] if cell.text else []
        elif name in columns:
            wrong.append(Rejection(headings.number, name, "twice", {"other": _shown(cell)}))
        else:
            columns[name] = index
    return columns, wrong, others


def _is_sum(row: Row, columns: Mapping[str, int], form: Form) -> bool:
    """Whether a row adds up those above: it says so in the place of the name, or names no record and says so."""
    named = [row.at(columns[name]) for name in form.anchors if name in columns]
    said = [cell for cell in named if cell.text or cell.flaw]
    if said:
        return all(_plain(cell.text) in _SUM for cell in said)
    return any(_plain(cell.text).startswith(_SUM) for cell in row.cells)


def _read_row(row: Row, columns: Mapping[str, int], sheet: ReadTable[R], make: Callable[..., R]) -> None:
    cells = {name: row.at(column) for name, column in columns.items()}
    if not any(cell.text or cell.flaw for cell in cells.values()):
        return
    values: dict[str, Any] = {}
    wrong: list[Rejection] = []
    for name, cell in cells.items():
        try:
            values[name] = _value(sheet.form.field(name), cell, anchor=name in sheet.form.anchors)
        except WrongCell as found:
            wrong.append(Rejection(row.number, name, found.reason, found.figures))
    sheet.rejections += wrong
    if not wrong:
        sheet.rows.append(make(row.number, **values))


def _value(one: TableField, cell: Cell, *, anchor: bool) -> object:
    """A cell's value, None where it is empty. Raises `WrongCell`."""
    if cell.flaw is not None:
        raise WrongCell(cell.flaw)
    text = " ".join(cell.text.split())
    if not text or (not anchor and text.casefold() in _NOTHING):
        return None
    if not is_line(text):
        raise WrongCell("characters")
    return one.read(text)


def _headings(one: TableField) -> set[str]:
    return {_plain(title) for title in one.called} | set(one.headings.split())


def _plain(heading: str) -> str:
    """A heading without what doesn't count: spaces, case, what is in brackets (`计划（份）`), colons and stars."""
    folded = unicodedata.normalize("NFKC", heading).casefold()
    return "".join(re.sub(r"\([^)]*\)|[:*]", "", folded).split())


def _shown(heading: Cell) -> str:
    return " ".join(heading.text.split())[:40]
