"""What people send is never dropped, nor read otherwise than written, without a word: each kind with its value."""

import json
from base64 import b64decode
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from app import app
from infra.drills.events import api_event, lambda_context
from tests.web.test_annex_files import XLSX
from tests.web.visiting import Session

IMPORT = "/secretariat/import"
HEADINGS = ("单位名称", "省份", "样本采集量计划", "采集链接数量", "联系人", "联系电话", "电子邮箱")
UNIT = ("青禾会", "广东", "500", "3", "林青", "13800138000", "a@b.example")


def told(key: str, campaign: str, content: bytes, kind: str = "text/csv", lang: str = "zh-CN") -> Any:
    """What is said of a file on a dry run."""
    headers = {"x-api-key": key, "content-type": kind, "accept-language": lang}
    query = {"campaign": [campaign], "dry_run": ["1"]}
    event = api_event("POST", "/api/v1/units/import", body=content, headers=headers, query=query)
    return json.loads(app(event, lambda_context())["body"])


def text(*rows: Sequence[str], separator: str = ",", encoding: str = "utf-8") -> bytes:
    """A text of these rows, below the usual headings."""
    return "\n".join(separator.join(row) for row in (HEADINGS, *rows)).encode(encoding)


def workbook(*rows: Sequence[object], merged: str = "", sheets: Sequence[str] = ()) -> bytes:
    """A workbook of these rows, with more sheets beside."""
    book, out = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    if merged:
        book.active.merge_cells(merged)
    for name in sheets:
        book.create_sheet(name).append([name])
    book.save(out)
    return out.getvalue()


def details(part: list[dict[str, Any]]) -> str:
    """All that is told of what was skipped."""
    return "\n".join(f"{one['row']} {one['column']} {one['detail']}" for one in part)


def changed(**cells: str) -> tuple[str, ...]:
    """The unit with other cells; names are of `HEADINGS` by place: `c2`."""
    return tuple(cells.get(f"c{place}", cell) for place, cell in enumerate(UNIT))


@pytest.mark.parametrize(
    ("cells", "line"),
    [
        ({"c2": "1.2万"}, "2 样本采集量计划 “1.2万”读作 12000"),
        ({"c2": "1E+04"}, "2 样本采集量计划 “1E+04”读作 10000"),
        ({"c2": "500.00"}, "2 样本采集量计划 “500.00”读作 500"),
        ({"c5": "1.3800138000E10"}, "2 联系电话 “1.3800138000E10”读作 13800138000"),
        ({"c5": "13800138000.0"}, "2 联系电话 “13800138000.0”读作 13800138000"),
        ({"c6": "mailto:a@b.example"}, "2 电子邮箱 “mailto:a@b.example”读作 a@b.example"),
    ],
)
def test_what_is_put_right_is_named(key: str, campaign: str, cells: dict[str, str], line: str) -> None:
    """With what stood there, and what it was read as."""
    body = told(key, campaign, text(changed(**cells)))

    assert (len(body["units"]), body["rejected"], body["questions"]) == (1, [], [])
    assert details(body["skipped"]) == line


@pytest.mark.parametrize("written", ["500", "500份", "5,00", "５００", "500 份"])
def test_what_is_written_as_usual_is_not(key: str, campaign: str, written: str) -> None:
    """Separators, units of measure and full-width digits are no faults."""
    rows = [changed(c2=f'"{written}"')]

    assert told(key, campaign, text(*rows))["skipped"] == []


def test_it_says_where_the_table_was_found(key: str, campaign: str) -> None:
    """Sheet and row of headings; of a text its separator and encoding."""
    titled = workbook(["附件1"], HEADINGS, UNIT)

    assert told(key, campaign, titled, XLSX)["understood"] == "读的是工作表“Sheet”，第 2 行是列名。"
    semicolons = told(key, campaign, text(UNIT, separator=";", encoding="gb18030"))
    assert semicolons["understood"] == "第 1 行是列名，分隔符是分号，文字编码是 GB18030。"
    english = told(key, campaign, text(UNIT, separator="\t"), lang="en")["understood"]
    assert english == "Row 1 holds the headings; the separator is the tab, the encoding UTF-8."
    assert told(key, campaign, b"a,b\n1,2\n")["understood"] == ""


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-16"])
def test_utf_16_needs_no_mark(key: str, campaign: str, encoding: str) -> None:
    """As programs of ours and others write it."""
    body = told(key, campaign, text(UNIT, separator="\t", encoding=encoding))

    assert [unit["plan"] for unit in body["units"]] == [500]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_columns_too_far_to_the_right_are_counted(key: str, campaign: str, form: str) -> None:
    """From the hundred and first on nothing is read; how much that is, is said."""
    wide = (*HEADINGS, *[""] * 93, "备用", "备用二"), (*UNIT, *[""] * 93, "甲", "")
    content = workbook(*wide) if form == "xlsx" else "\n".join(",".join(row) for row in wide).encode()

    body = told(key, campaign, content, XLSX if form == "xlsx" else "text/csv")

    assert len(body["units"]) == 1
    assert [one["detail"] for one in body["skipped"]] == ["只读前 100 列；之后还有 3 个有内容的单元格，没有导入"]


def test_sheets_too_many_are_named(key: str, campaign: str) -> None:
    """Each that wasn't read, by its name."""
    names = [f"表{number}" for number in range(2, 24)]

    body = told(key, campaign, workbook(HEADINGS, UNIT, sheets=names), XLSX)

    unread = [one["sheet"] for one in body["skipped"] if "太多" in one["detail"]]
    assert unread == ["表21", "表22", "表23"]
    assert {one["sheet"] for one in body["skipped"]} == set(names)


def test_what_is_merged_over_columns_is_asked_about_or_named(key: str, campaign: str) -> None:
    """A number that stands for two columns is nobody's guess; a text's neighbour counts as empty, and that is said."""
    plan = told(key, campaign, workbook(HEADINGS, (*UNIT[:3], None, *UNIT[4:]), merged="C2:D2"), XLSX)
    person = told(key, campaign, workbook(HEADINGS, (*UNIT[:5], None, UNIT[6]), merged="E2:F2"), XLSX)

    asked = [(one["row"], one["column"], one["value"]) for one in plan["questions"]]
    assert asked == [(2, "采集链接数量", "500")]
    assert (len(person["units"]), person["questions"]) == (1, [])
    assert details(person["skipped"]) == "2 联系电话 这一格与左边合并（“林青”），当作没有填"


@pytest.mark.parametrize(
    "prose",
    [
        "请各单位于七月十六日前报送",
        "以上数据截至六月底",
        "本表一式两份。",
        "样本量以系统最终统计为准，链接不够时可以再申请，联系人有变化时请及时告知秘书处",
    ],
)
def test_a_sentence_is_no_unit(key: str, campaign: str, prose: str) -> None:
    """It is skipped and named; a name alone is a unit that lacks its province."""
    body = told(key, campaign, text(UNIT, (prose, *[""] * 6)))
    alone = told(key, campaign, text(UNIT, ("晨星网络安全协会", *[""] * 6)))

    assert (len(body["units"]), body["rejected"]) == (1, [])
    assert prose[:20] in body["skipped"][0]["detail"]
    assert [(one["row"], one["column"]) for one in alone["rejected"]] == [(3, "省份")]


def test_a_heading_of_another_year_is_pointed_out(key: str, campaign: str) -> None:
    """Last year's form may hold last year's figures."""
    rows = [
        ("单位名称", "省份", "2019年样本采集量计划（份）", "2018年采集样本量（份）"),
        ("青禾会", "广东", "500", "400"),
    ]
    body = told(key, campaign, "\n".join(",".join(row) for row in rows).encode())

    assert [unit["plan"] for unit in body["units"]] == [500]
    assert len(body["notes"]) == 2
    assert "2019" in body["notes"][0]
    assert "2018" in body["notes"][1]


def test_the_file_comes_back_with_its_faults_marked(key: str, campaign: str) -> None:
    """In place: red, with a comment; all else as it was sent. Mended, it is taken."""
    sent = workbook(["附件1"], HEADINGS, UNIT, ("晨星会", "某省", "5.000", *UNIT[3:]))
    page = Session(key).upload(IMPORT, [("act", "check")], [("table_file", "a", sent)], campaign=campaign)
    assert "下载标出问题的表格" in page.body
    checked = page.body.partition('name="checked" value="')[2].partition('"')[0]

    back = Session(key).upload(IMPORT, [("act", "marked"), ("checked", checked)], campaign=campaign)

    assert str(back.headers["content-disposition"]).endswith('units-marked.xlsx"')
    sheet = load_workbook(BytesIO(b64decode(back.body))).active
    assert [cell.value for cell in sheet[3]] == list(UNIT)
    marked = {cell.coordinate: cell.comment.text for row in sheet.iter_rows() for cell in row if cell.comment}
    assert set(marked) == {"B4", "C4"}
    assert "省级" in marked["B4"]
    assert "5000" in marked["C4"]
    assert sheet["B4"].fill.fgColor.rgb == "FFFFC7CE"

    sheet["B4"], sheet["C4"] = "广东", "5000"
    out = BytesIO()
    sheet.parent.save(out)
    assert [unit["plan"] for unit in told(key, campaign, out.getvalue(), XLSX)["units"]] == [500, 5000]
