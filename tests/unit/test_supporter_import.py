"""Reading annex 2 out of a table, and deciding what it does to the supporters that are known."""

from typing import Any

import pytest

from chalicelib.associations.domain.spreadsheet import Cell, Row
from chalicelib.associations.domain.supporter import Prize, Supporter, SupporterKind
from chalicelib.associations.domain.supporter_import import SupporterChange, decide_supporters
from chalicelib.associations.domain.supporter_rows import SUPPORTERS, SupporterRow, read_supporters
from chalicelib.associations.domain.table import Decision, ReadTable
from chalicelib.associations.domain.unit import Unit

UNITS = [Unit(campaign="c", code="44-01", name="青禾会", province="44")]


def read(*rows: list[str]) -> ReadTable[SupporterRow]:
    """What a table says, its rows numbered from 1."""
    return read_supporters([Row(number, tuple(map(Cell, cells))) for number, cells in enumerate(rows, 1)])


def decided(*rows: SupporterRow, known: tuple[Supporter, ...] = ()) -> Decision[SupporterChange]:
    """What rows do to known supporters."""
    return decide_supporters("c", rows, known, UNITS)


def supporter(name: str = "晨星公司", **more: Any) -> Supporter:
    """A known supporter."""
    return Supporter(campaign="c", name=name, kind=SupporterKind.ENTERPRISE, **more)


def test_annex_2_is_read_as_it_is_handed_in() -> None:
    """Kinds, prizes and yes or no as people write them; prizes with their quantities behind them or beside."""
    sheet = read(
        ["附件2 支持单位征集表"],
        ["序号", "支持单位名称", "单位性质", "支持内容", "奖品类型", "奖品数量", "是否仅限本地网民", "发起单位"],
        ["1", "晨星公司", "公司", "印制海报", "保温杯；20元话费券", "50；1,000份", "是", "青禾会"],
        ["2", "一中", "学校", "", "书签 200 张、笔记本×30", "", "否", "44-01"],
        ["3", "晚报", "媒体", "报道", "无", "无", "", ""],
    )

    assert sheet.rejections == []
    changes = decided(*sheet.rows).changes
    assert [change.after for change in changes] == [
        supporter(
            supports="印制海报",
            unit="44-01",
            local_only=True,
            prizes=(Prize(name="保温杯", quantity=50), Prize(name="20元话费券", quantity=1000)),
        ),
        Supporter(
            campaign="c",
            name="一中",
            kind=SupporterKind.SCHOOL,
            unit="44-01",
            prizes=(Prize(name="书签", quantity=200), Prize(name="笔记本", quantity=30)),
        ),
        Supporter(campaign="c", name="晚报", kind=SupporterKind.MEDIA, supports="报道"),
    ]


def test_columns_go_by_chinese_and_english_headings() -> None:
    """What a template is headed with in either language is read alike, in any order."""
    values = ["晨星公司", "enterprise", "44-01", "海报", "杯", "5", "yes"]
    chinese, english = ([one.title(lang) for one in SUPPORTERS.fields] for lang in ("zh-Hans", "en"))

    assert read(chinese, values).rows == read(english[::-1], values[::-1]).rows
    assert read(chinese, values).rows[0].quantities == (5,)


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("支持单位名称", "会" * 81),
        ("单位类型", "朋友"),
        ("支持内容", "海" * 201),
        ("奖品", "杯" * 41),
        ("奖品", "；".join(["杯 1"] * 21)),
        ("奖品数量", "许多"),
        ("奖品数量", "0"),
        ("是否仅限本地网民", "看情况"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(column: str, text: str) -> None:
    """In the file's own words for the column."""
    good = {"支持单位名称": "晨星公司", "单位类型": "企业"} | {column: text}

    sheet = read(list(good), list(good.values()))

    assert [(one.row, sheet.heading(one.column, "zh-Hans")) for one in sheet.rejections] == [(2, column)]


@pytest.mark.parametrize(
    ("row", "rejected"),
    [
        (SupporterRow(3, "新公司"), ("kind", "required")),
        (SupporterRow(3, None, SupporterKind.MEDIA), ("name", "required")),
        (SupporterRow(3, "一 中", SupporterKind.SCHOOL), ("name", "repeated")),
        (SupporterRow(3, "甲", SupporterKind.MEDIA, "澄明会"), ("unit", "unknown_unit")),
        (SupporterRow(3, "甲", SupporterKind.MEDIA, prizes=("杯",)), ("prizes", "quantity")),
        (SupporterRow(3, "甲", SupporterKind.MEDIA, prizes=("杯 0 个",)), ("prizes", "quantity")),
        (
            SupporterRow(3, "甲", SupporterKind.MEDIA, prizes=("杯", "笔"), quantities=(5,)),
            ("quantities", "quantities"),
        ),
    ],
)
def test_a_row_that_leaves_doubt_is_rejected(row: SupporterRow, rejected: tuple[str, str]) -> None:
    """Too little, two rows for one supporter, no such unit, prizes that nobody counted."""
    decision = decided(SupporterRow(2, "一中", SupporterKind.SCHOOL), row)

    assert [(one.row, one.column, one.reason) for one in decision.rejections] == [(3, *rejected)]


def test_what_a_row_leaves_empty_stays() -> None:
    """A supporter is found by its name, whatever its width, case and spaces."""
    known = supporter("Ａ 公司", prizes=(Prize(name="杯", quantity=5),), local_only=True)

    (change,) = decided(SupporterRow(2, "a公司", supports="场地"), known=(known,)).changes

    assert change.before == known
    assert change.after == known.model_copy(update={"name": "a公司", "supports": "场地"})
    assert change.after.key == known.key
