"""Reading units out of a table: annex 1 as units hand it in, or a list that a secretariat keeps.

Columns are found by their headings, in any order, Chinese or English; above the headings may stand a title.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from chalicelib.domain.import_messages import field_name, message
from chalicelib.domain.regions import Regions
from chalicelib.domain.sheet import Cell, Row
from chalicelib.domain.unit import MOST_PLANNED, NAME_LENGTH, UNIT_CODE

_HEADINGS = {
    "code": "代码 单位代码 单位编号 code unitcode",
    "name": "名称 单位名称 单位全称 单位 发起单位 发起单位名称 机构名称 name unit unitname",
    "province": "省份 省 所在省份 所属省份 省市 省级行政区 province",
    "plan": "计划 样本采集量计划 样本采集计划 采集量计划 采集计划 样本计划 样本量计划 计划样本量 计划采集量 plan",
}
_FIELDS = {heading: name for name, headings in _HEADINGS.items() for heading in headings.split()}
_TITLE_ROWS = 10
"""Headings are looked for in so many rows."""
_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.0+)?[份人个]?")


@dataclass(frozen=True, slots=True)
class UnitRow:
    """What a row says of a unit; None where it says nothing."""

    number: int
    code: str | None = None
    name: str | None = None
    province: str | None = None
    plan: int | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """One thing that is wrong, and where."""

    row: int
    column: str
    """The field whose column it is."""
    reason: str
    figures: Mapping[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class UnitSheet:
    """What a table says of units, and what of it can't be used."""

    rows: list[UnitRow] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    headings: Mapping[str, str] = field(default_factory=dict)
    """What the file calls a field."""
    passed_over: list[str] = field(default_factory=list)
    """Headings of columns that aren't used."""

    def told(self, rejection: Rejection, lang: str) -> dict[str, object]:
        """A rejection as it is shown; the column by the file's own heading where it has one."""
        column = self.headings.get(rejection.column) or field_name(rejection.column, lang)
        detail = message(rejection.reason, lang, rejection.figures)
        return {"row": rejection.row, "column": column, "detail": detail}


def read_units(rows: Sequence[Row], regions: Regions) -> UnitSheet:
    """The units in a table. `rows` are those that hold something, the headings among the first of them."""
    headings = _heading_row(rows)
    if headings is None:
        return UnitSheet(rejections=[Rejection(rows[0].number if rows else 1, "name", "missing_column")])
    columns, wrong, others = _columns(headings)
    missing = [] if "code" in columns else [name for name in ("name", "province") if name not in columns]
    wrong += [Rejection(headings.number, name, "missing_column") for name in missing]
    sheet = UnitSheet(
        rejections=wrong,
        headings={name: _shown(headings.at(column)) for name, column in columns.items()},
        passed_over=others,
    )
    if not wrong:
        for row in rows:
            if row.number > headings.number:
                _read_row(row, columns, regions, sheet)
    return sheet


def _heading_row(rows: Sequence[Row]) -> Row | None:
    """The first row in which two columns are known, one of them code or name."""
    for row in rows[:_TITLE_ROWS]:
        known = {_field(cell) for cell in row.cells} - {None}
        if len(known) > 1 and known & {"code", "name"}:
            return row
    return None


def _columns(headings: Row) -> tuple[dict[str, int], list[Rejection], list[str]]:
    """Where each field stands, what is wrong with that, and the headings that are none of ours."""
    columns: dict[str, int] = {}
    wrong, others = [], []
    for index, cell in enumerate(headings.cells):
        name = _field(cell)
        if name is None:
            others += [_shown(cell)] if cell.text else []
        elif name in columns:
            wrong.append(Rejection(headings.number, name, "twice", {"other": _shown(cell)}))
        else:
            columns[name] = index
    return columns, wrong, others


def _field(heading: Cell) -> str | None:
    """What a column holds, by its heading; spaces and what stands in brackets (`计划（份）`) don't count."""
    plain = unicodedata.normalize("NFKC", heading.text).casefold()
    return _FIELDS.get("".join(re.sub(r"\([^)]*\)|[:*]", "", plain).split()))


def _shown(heading: Cell) -> str:
    return " ".join(heading.text.split())[:40]


def _read_row(row: Row, columns: Mapping[str, int], regions: Regions, sheet: UnitSheet) -> None:
    cells = {name: row.at(column) for name, column in columns.items()}
    if not any(cell.text or cell.flaw for cell in cells.values()):
        return
    values: dict[str, str | int | None] = {}
    wrong: list[Rejection] = []
    for name, cell in cells.items():
        try:
            values[name] = _value(name, cell, regions)
        except _Wrong as found:
            wrong.append(Rejection(row.number, name, found.reason, found.figures))
    sheet.rejections += wrong
    if not wrong:
        sheet.rows.append(UnitRow(row.number, **values))  # type: ignore[arg-type] # as `_value` says


class _Wrong(Exception):
    def __init__(self, reason: str, **figures: int) -> None:
        super().__init__(reason)
        self.reason, self.figures = reason, figures


def _value(name: str, cell: Cell, regions: Regions) -> str | int | None:
    """A cell's value: a number for a plan, else a text. None where it is empty. Raises `_Wrong`."""
    if cell.flaw is not None:
        raise _Wrong(cell.flaw)
    text = " ".join(cell.text.split())
    if not text:
        return None
    if any(unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co"} for character in text):
        raise _Wrong("characters")
    if name == "name":
        if len(text) > NAME_LENGTH:
            raise _Wrong("name", most=NAME_LENGTH)
        return text
    plain = unicodedata.normalize("NFKC", text)
    if name == "code":
        if not re.fullmatch(UNIT_CODE, plain):
            raise _Wrong("code")
        return plain
    return _plan(plain) if name == "plan" else _province(plain, regions)


def _province(text: str, regions: Regions) -> str:
    province = regions.find_province(text)
    if province is None:
        raise _Wrong("province")
    return province


def _plan(text: str) -> int:
    number = _NUMBER.fullmatch(text)
    plan = int(number[1].replace(",", "")) if number else 0
    if not 1 <= plan <= MOST_PLANNED:
        raise _Wrong("plan", most=MOST_PLANNED)
    return plan
