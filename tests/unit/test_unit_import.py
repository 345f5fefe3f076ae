"""Reading units out of a table, and deciding what it does to those that are known."""

from typing import Any

import pytest

from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.spreadsheet import Cell, Row
from chalicelib.associations.domain.table import ReadTable
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.domain.unit_import import UnitDecision, decide
from chalicelib.associations.domain.unit_rows import UnitRow, read_units, unit_form
from chalicelib.instrument import questionnaires

ANNEX_1 = ["序号", "单位名称", "省 份", "城市", "联系人", "联系电话", "邮箱", "样本采集量计划（份）", "链接数"]


def read(*rows: list[str]) -> ReadTable[UnitRow]:
    """What a table says, its rows numbered from 1."""
    table = [Row(number, tuple(map(Cell, cells))) for number, cells in enumerate(rows, 1)]
    return read_units(table, questionnaires.regions())


def told(sheet: ReadTable[UnitRow], lang: str = "en") -> list[tuple[int, str]]:
    """Where something is wrong, by row and column."""
    return [(rejection.row, sheet.heading(rejection.column, lang)) for rejection in sheet.rejections]


def unit(code: str, name: str = "青禾会", province: str = "44", **more: Any) -> Unit:
    """A known unit."""
    return Unit(campaign="c", code=code, name=name, province=province, **more)


def decided(*rows: UnitRow, known: tuple[Unit, ...] = ()) -> UnitDecision:
    """What rows do to known units."""
    return decide("c", rows, known)


def codes(decision: UnitDecision) -> list[str]:
    """The codes of the units that change, where nothing is rejected."""
    assert decision.rejections == []
    return [change.after.code for change in decision.changes]


def test_annex_1_is_read_as_it_is_handed_in() -> None:
    """A title above, columns of no use beside, brackets and spaces in headings, numbers as people write them."""
    sheet = read(
        ["附件1 发起单位征集表"],
        ANNEX_1,
        ["1", "青禾会", "广东", "广州", "林青", "138 0000 0000", "lin@qinghe.example", "5,000", "3条"],
        ["2", " 澄明  会 ", "天津市", "", "无", "—", "", "１００份", ""],
        ["", "合计", "", "", "", "", "", "5100", "3"],
        ["", "", "", "", "", "", "", "", "合计 3"],
    )

    assert told(sheet) == []
    assert sheet.rows == [
        UnitRow(3, None, "青禾会", "44", 5000, "广州", 3, None, "林青", "138 0000 0000", "lin@qinghe.example"),
        UnitRow(4, None, "澄明 会", "12", 100),
    ]
    assert sheet.passed_over == ["序号"]


@pytest.mark.parametrize("headings", [["code", "name", "province", "plan"], ["代码", "名称", "省份", "计划"]])
def test_columns_come_in_any_order_and_either_language(headings: list[str]) -> None:
    """Headings decide which column is which."""
    values, said = ["44-01", "青禾会", "440000", "7"], UnitRow(2, "44-01", "青禾会", "44", 7)

    assert read(headings, values).rows == read(headings[::-1], values[::-1]).rows == [said]


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("代码", "4 4"),
        ("代码", "四四"),
        ("代码", "-1"),
        ("代码", "4" * 33),
        ("名称", "会" * 81),
        ("名称", "会\u202e会"),
        ("名称", "会\x07"),
        ("省份", "火星"),
        ("省份", "湖"),
        ("省份", "45 44"),
        ("计划", "0"),
        ("计划", "-5"),
        ("计划", "1.5"),
        ("计划", "一万"),
        ("计划", "100000001"),
        ("计划", "5,00"),
        ("计划", "9" * 400),
        ("城市", "州" * 21),
        ("联系人", "林" * 41),
        ("联系电话", "请打座机"),
        ("联系电话", "1.38001E+10"),
        ("电子邮箱", "lin@qinghe"),
        ("电子邮箱", "a@b.example, c@d.example"),
        ("链接数", "1001"),
        ("链接数", "-1"),
        ("去年采集量", "约三千"),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(column: str, text: str) -> None:
    """The rest of the table is read all the same."""
    good = {"代码": "44-01", "名称": "青禾会", "省份": "广东", "计划": "5"}

    wrong = good | {column: text}
    sheet = read(list(wrong), list(wrong.values()), list(good.values()))

    assert told(sheet, "zh-Hans") == [(2, column)]
    assert [row.number for row in sheet.rows] == [3]


def test_each_column_of_annex_1_goes_by_chinese_and_english_headings() -> None:
    """What a template is headed with in either language is read alike."""
    form = unit_form(questionnaires.regions())
    values = ["44-01", "青禾会", "44", "广州", "林青", "020-1234", "a@b.example", "5", "0", "4"]

    chinese, english = ([one.title(lang) for one in form.fields] for lang in ("zh-Hans", "en"))

    assert read(chinese, values).rows == read(english, values).rows
    assert read(chinese, values).rows[0] == UnitRow(2, "44-01", "青禾会", "44", 5, "广州", 0, 4, *values[4:7])


def test_every_wrong_cell_of_a_row_is_named() -> None:
    """Not the first one alone."""
    sheet = read(["名称", "省份", "计划"], ["会" * 81, "火星", "-1"])

    assert told(sheet, "zh-Hans") == [(2, "名称"), (2, "省份"), (2, "计划")]


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (["名称", "计划"], [(1, "province")]),
        (["x", "y"], [(1, "name")]),
        (["名称"], [(1, "name")]),
        (["代码", "名称", "单位"], [(1, "名称")]),
    ],
)
def test_headings_that_do_not_do_are_named(headings: list[str], expected: list[tuple[int, str]]) -> None:
    """A column that is missing or occurs twice is reported once, not for every row."""
    assert told(read(headings, ["x"] * len(headings))) == expected


@pytest.mark.parametrize("province", ["广东", "广东省", "44", "440000", "guangdong", " Guangdong "])
def test_a_province_goes_by_code_and_name(province: str) -> None:
    """Short, full, in English, by two digits or six."""
    assert questionnaires.regions().find_province(province) == "44"


@pytest.mark.parametrize("typed", ["", "广", "Shan", "4", "440100", "广州", "99999"])
def test_what_is_no_province_or_several_is_none(typed: str) -> None:
    """Nothing is guessed."""
    assert questionnaires.regions().find_province(typed) is None


def test_new_units_get_the_next_code_of_their_province() -> None:
    """Behind those that are known and those that the table gives, never one that was free in between."""
    rows = [
        UnitRow(2, None, "甲", "44"),
        UnitRow(3, "GD07", "乙", "44"),
        UnitRow(4, None, "丙", "44"),
        UnitRow(5, None, "丁", "11"),
        UnitRow(6, None, "戊", "00"),
        UnitRow(7, None, "己", "66"),
    ]

    decision = decided(*rows, known=(unit("44-03"), unit("GD03"), unit("GDX")))

    assert codes(decision) == ["GD08", "GD07", "GD09", "BJ01", "CN01", "BT01"]
    assert all(change.before is None for change in decision.changes)


def test_a_known_unit_is_found_by_code_else_by_name_and_province() -> None:
    """Spaces, width and case of a name don't distinguish units."""
    known = (unit("44-01", "Ａ 会", key_hash="h"), unit("11-01", "A会", "11"))

    decision = decided(UnitRow(2, None, "a会", "44", 9), UnitRow(3, "11-01", "新名", None), known=known)

    assert codes(decision) == ["44-01", "11-01"]
    assert [change.after for change in decision.changes] == [
        known[0].model_copy(update={"name": "a会", "plan": 9}),
        known[1].model_copy(update={"name": "新名"}),
    ]


def test_a_contact_changes_by_what_a_row_says() -> None:
    """The rest of it stays, and so does all of it where the row says nothing."""
    known, lin = (unit("44-01"),), Contact(name="林青", email="lin@qinghe.example", wants_digest=True)

    def contact(row: UnitRow) -> Contact | None:
        (change,) = decide("c", [row], known, {"44-01": lin}).changes
        assert change.is_new_to_us == (change.contact != lin)
        return change.contact

    assert contact(UnitRow(2, "44-01", phone="020-1234")) == lin.model_copy(update={"phone": "020-1234"})
    assert contact(UnitRow(2, "44-01")) == lin
    assert decided(UnitRow(2, "44-02", "澄明会", "44")).changes[0].contact is None


def test_what_a_row_leaves_empty_stays() -> None:
    """A table of codes and plans changes plans alone; one without plans leaves them."""
    known = (unit("44-01", plan=5),)

    assert decided(UnitRow(2, "44-01"), known=known).changes[0].after == known[0]
    assert decided(UnitRow(2, "44-01", plan=6), known=known).changes[0].after == unit("44-01", plan=6)


@pytest.mark.parametrize(
    ("rows", "rejected"),
    [
        ([UnitRow(2, "A", "甲", "44"), UnitRow(3, "a", "乙", "44")], (3, "code", "repeated")),
        ([UnitRow(2, None, "甲", "44"), UnitRow(3, None, " 甲", "44")], (3, "name", "repeated")),
        ([UnitRow(2, None, "甲", "44"), UnitRow(3, "A", "甲", "44")], (2, "name", "repeated")),
        ([UnitRow(2, "44-01"), UnitRow(3, None, "青禾会", "44")], (3, "name", "repeated")),
        ([UnitRow(2, None, "同名", "44")], (2, "name", "ambiguous")),
        ([UnitRow(2, "A", "甲")], (2, "province", "required")),
        ([UnitRow(2, None, None, "44")], (2, "name", "required")),
    ],
)
def test_a_row_that_leaves_doubt_is_rejected(rows: list[UnitRow], rejected: tuple[int, str, str]) -> None:
    """Two rows for one unit, a name that two units have, too little for a new unit."""
    decision = decided(*rows, known=(unit("44-01"), unit("44-02", "同名"), unit("44-03", "同名")))

    assert [(one.row, one.column, one.reason) for one in decision.rejections] == [rejected]


def test_a_namesake_is_pointed_out() -> None:
    """A new code with a known unit's name may be a slip, and may be meant."""
    decision = decided(UnitRow(2, "44-09", "青禾会", "44"), known=(unit("44-01"),))

    assert codes(decision) == ["44-09"]
    assert decision.namesakes == [(2, "44-01")]
