"""Files as associations really send them, each a kind of its own: what is understood, and what is asked or skipped."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from app import app
from chalicelib.associations.store import contacts, units
from chalicelib.associations.store.headings import HeadingItem
from chalicelib.web.secretariat.api.imports import ImportReply
from infra.drills.events import api_event, lambda_context
from tests import stage
from tests.web.shapes import check_shape
from tests.web.visiting import Session

FILES = Path(__file__).parents[1] / "cases" / "annexes"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {"xlsx": XLSX, "xls": "application/vnd.ms-excel", "ods": "application/vnd.oasis.opendocument.spreadsheet"}
NAMES = ["广东青禾网络文明促进会", "内蒙古澄明信息网络协会", "新疆兵团星轨网络协会"]
THREE = [(NAMES[0], "44", 50000, 20, 43210), (NAMES[1], "15", 8000, 6, 5120), (NAMES[2], "65", 3000, 3, None)]


@pytest.fixture(scope="module")
def campaign(engine: str) -> str:
    """An open campaign."""
    stage.prepare()
    return stage.make_campaign()


@pytest.fixture(scope="module")
def key(campaign: str) -> str:
    """The secretariat's."""
    return stage.secretariat_key()


@pytest.fixture(autouse=True)
def _unlearned() -> None:
    """Nothing is remembered of what other tests said of columns."""
    for kind in HeadingItem.scan():
        kind.delete()


def checked(key: str, campaign: str, name: str, *, status: int = 200, dry_run: str = "1", **query: str) -> Any:
    """What is said of a file on a dry run."""
    kind = TYPES.get(name.rpartition(".")[2], "text/csv")
    asked = {name: [value] for name, value in {"campaign": campaign, "dry_run": dry_run, **query}.items()}
    headers = {"x-api-key": key, "content-type": kind, "accept-language": "zh-CN"}
    content = (FILES / name).read_bytes()
    answer = app(
        api_event("POST", "/api/v1/units/import", body=content, headers=headers, query=asked), lambda_context()
    )
    assert answer["statusCode"] == status, answer["body"]
    body = json.loads(answer["body"])
    if status == 200:
        check_shape(ImportReply, body)
    return body


def said(body: Any) -> list[tuple[Any, ...]]:
    """The units that would be imported."""
    names = ("name", "province", "plan", "links_wanted", "last_year")
    return [tuple(unit[name] for name in names) for unit in body["units"]]


@pytest.mark.parametrize("kind", TYPES)
def test_every_kind_of_workbook_is_understood(key: str, campaign: str, kind: str) -> None:
    """The same, whichever program saved it: a formula is refused, a hidden row asked about, the rest named."""
    body = checked(key, campaign, f"../../fixtures/workbooks/annex.{kind}")

    assert [(one["row"], one["column"]) for one in body["rejected"]] == [(4, "样本采集量计划"), (5, "样本采集量计划")]
    assert [(one["row"], one["value"]) for one in body["questions"]] == [(6, "藏起来的协会")]
    assert [(one["row"], one["column"]) for one in body["skipped"] if one["column"]] == [(3, "省份"), (4, "省份")]
    assert body["understood"].startswith("读的是工作表“附件1”")


@pytest.mark.parametrize(
    "name",
    [
        "15_title_semicolons.csv",
        "15b_title_tabs_utf16.txt",
        "25_seed_wording_headers.xlsx",
        "37_first_sheet_is_notes.xlsx",
        "40_notes_below.xlsx",
        "71_header_row12.csv",
    ],
)
def test_three_units_are_read(key: str, campaign: str, name: str) -> None:
    """Whatever stands above, below, beside, or in another sheet; and each part of that is named."""
    body = checked(key, campaign, name)

    assert said(body) == THREE
    assert (body["created"], body["rejected"], body["questions"]) == (3, [], [])
    taken = {column["field"]: column["sample"] for column in body["columns"]}
    assert taken["plan"] == ["50000", "8000", "3000"]
    assert {column["heading"] for column in body["columns"] if column["field"] is None} == {"序号"}


def test_what_is_left_out_is_named(key: str, campaign: str) -> None:
    """Titles, notes and other sheets, with their words."""
    notes = checked(key, campaign, "40_notes_below.xlsx")["skipped"]
    sheets = checked(key, campaign, "37_first_sheet_is_notes.xlsx")["skipped"]
    titles = checked(key, campaign, "15_title_semicolons.csv")["skipped"]

    assert any("本表请加盖公章" in one["detail"] for one in notes)
    assert [one["sheet"] for one in sheets] == ["填表说明"]
    assert titles[0]["row"] == 1


def test_numbers_are_read_as_meant_or_asked_about(key: str, campaign: str) -> None:
    """`1E+04` is ten thousand; `5.000` is never five in silence, and nothing is imported."""
    body = checked(key, campaign, "28b_numbers.csv", dry_run="0")

    assert said(body)[0][2] == 10000
    asked = [(one["row"], one["column"], one["value"], one["suggestion"]) for one in body["questions"]]
    assert asked == [(3, "样本采集量计划", "5.000", "5000"), (4, "样本采集量计划", "12.000", "12000")]
    assert body["created"] == body["updated"] == 0
    assert body["keys"] == {}
    assert [unit.code for unit in units.of_campaign(campaign)] == ["u1"]


def test_hidden_rows_and_merged_numbers_are_asked_about(key: str, campaign: str) -> None:
    """A person decides."""
    hidden = checked(key, campaign, "36_filtered.xlsx")
    merged = checked(key, campaign, "46_merged_plan_down.xlsx")

    assert [(one["row"], one["value"]) for one in hidden["questions"]] == [(3, NAMES[1])]
    assert NAMES[1] not in [unit["name"] for unit in hidden["units"]]
    assert [(one["row"], one["value"]) for one in merged["questions"]] == [(2, "10000"), (3, "10000")]
    assert merged["units"] == []


def test_merged_words_are_filled_down_and_named(key: str, campaign: str) -> None:
    """A province over several rows holds for each."""
    body = checked(key, campaign, "45_merged_province_down.xlsx")

    assert [unit["province"] for unit in body["units"]] == ["44", "44", "44", "51"]
    assert {one["row"] for one in body["skipped"] if "合并单元格" in one["detail"]} >= {3, 4}


def test_of_two_tables_one_is_chosen_by_a_person(key: str, campaign: str) -> None:
    """Both are named; nothing is imported before."""
    body = checked(key, campaign, "38_two_sheets_data.xlsx", dry_run="0")
    second = checked(key, campaign, "38_two_sheets_data.xlsx", sheet="第二批")

    assert [one["value"] for one in body["questions"]] == ["Sheet1、第二批"]
    assert (body["created"], body["keys"]) == (0, {})
    assert [unit["name"] for unit in second["units"]] == ["四川川禾网络协会"]
    assert (second["created"], second["questions"]) == (1, [])


def test_a_form_of_labels_is_one_unit(key: str, campaign: str) -> None:
    """With all that it says."""
    body = checked(key, campaign, "47_vertical_form.xlsx")

    assert said(body) == [(NAMES[0], "44", 50000, 20, 43210)]
    assert body["units"][0]["contact"] == {
        "name": "李示例",
        "phones": ["13800138000"],
        "email": "example@units.example",
    }


@pytest.mark.parametrize(("name", "word"), [("53_html_named.xls", "网页"), ("55_password.xlsx", "密码")])
def test_what_is_no_table_is_said(key: str, campaign: str, name: str, word: str) -> None:
    """With the way out."""
    assert word in checked(key, campaign, name, status=400)["detail"]


def test_lost_characters_are_refused(key: str, campaign: str) -> None:
    """By row and column, with the words."""
    (wrong,) = checked(key, campaign, "68_lossy.csv")["rejected"]

    assert wrong["row"] == 2
    assert "???" in wrong["detail"]


def test_telephones_that_a_spreadsheet_bent_are_put_right(key: str, campaign: str) -> None:
    """Two numbers stay two, `mailto:` is taken off, and an address with a dot at its end is refused."""
    body = checked(key, campaign, "90_phone_rest.csv")

    phones = {unit["name"]: unit["contact"]["phones"] for unit in body["units"]}
    assert phones["乙"] == phones["丙"] == ["13800138000"]
    assert phones["丁"] == ["13800138000", "020-87654321"]
    assert phones["戊"] == ["13800138000", "13812345678"]
    assert [one["column"] for one in body["rejected"]] == ["电子邮箱"]


def test_provinces_are_understood_however_written(key: str, campaign: str) -> None:
    """Short names, cities, national bodies and the corps have a place, too."""
    body = checked(key, campaign, "92_prov.csv")

    assert body["rejected"] == []
    assert len(body["units"]) == 15


def test_sums_are_skipped(key: str, campaign: str) -> None:
    """However they are called."""
    body = checked(key, campaign, "94_sum2.csv")

    assert [unit["name"] for unit in body["units"]] == ["甲"]
    assert "合计行" in body["skipped"][-1]["detail"]


def page_of(key: str, campaign: str, fields: dict[str, str], file: str = "") -> str:
    """The import page after a form was sent: with a file first, then with what was checked of it."""
    files = [("table_file", "a", (FILES / file).read_bytes())] if file else []
    return Session(key).upload("/secretariat/import", fields.items(), files, campaign=campaign).body


def _hidden(page: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', page)
    assert found is not None
    return found[1]


def test_questions_are_answered_where_they_are_asked(key: str) -> None:
    """On the page, once with the suggestion and once otherwise; then the file is imported as it was meant."""
    campaign = stage.make_campaign()
    page = page_of(key, campaign, {"act": "check"}, "28b_numbers.csv")
    checked_file = _hidden(page, "checked")
    assert 'name="cell-3-7" value="5000"' in page

    answers = {"of": "units", "checked": checked_file, "cell-3-7": "5000", "cell-4-7": "12"}
    again = page_of(key, campaign, answers | {"act": "answer"})
    assert "看不准" not in again
    assert units.of_campaign(campaign)[1:] == []
    page_of(key, campaign, {name: _hidden(again, name) for name in answers} | {"act": "import"})

    assert {unit.name: unit.plan for unit in units.of_campaign(campaign)[:3]} == {"甲": 10000, "乙": 5000, "丙": 12}


def test_a_hidden_row_is_left_out_or_taken_by_a_person(key: str) -> None:
    """As is said."""
    for said, count in (("yes", 3), ("no", 2)):
        campaign = stage.make_campaign()
        page = page_of(key, campaign, {"act": "check"}, "36_filtered.xlsx")
        fields = {"of": "units", "checked": _hidden(page, "checked"), "row-3": said, "act": "import"}
        page_of(key, campaign, fields)
        assert len(units.of_campaign(campaign)) == 1 + count


def test_a_column_is_assigned_or_ignored_by_hand(key: str) -> None:
    """Nothing but what the person says of it counts."""
    campaign = stage.make_campaign()
    page = page_of(key, campaign, {"act": "check"}, "25_seed_wording_headers.xlsx")
    fields = {"of": "units", "checked": _hidden(page, "checked"), "act": "import", "column-9": "plan", "column-7": ""}
    page_of(key, campaign, fields)

    assert sorted(unit.plan or 0 for unit in units.of_campaign(campaign) if unit.code != "u1") == [0, 5120, 43210]


def test_what_a_person_said_of_a_column_is_remembered(key: str) -> None:
    """By its heading, also where it was to be ignored; shown again as it was taken, and forgotten when put back."""
    name = "25_seed_wording_headers.xlsx"
    first, second, third = (stage.make_campaign() for _ in range(3))
    ways = {place: _taken(page_of(key, first, {"act": "check"}, name))[place] for place in ("column-7", "column-9")}
    fields = {"of": "units", "act": "import", "column-9": "plan", "column-7": ""}
    page_of(key, first, fields | {"checked": _hidden(page_of(key, first, {"act": "check"}, name), "checked")})

    again = page_of(key, second, {"act": "check"}, name)
    page_of(key, second, {"of": "units", "act": "import", "checked": _hidden(again, "checked"), **ways})
    after = page_of(key, third, {"act": "check"}, name)

    assert {place: _taken(again)[place] for place in ways} == {"column-9": "plan", "column-7": ""}
    assert {place: _taken(after)[place] for place in ways} == ways


def test_a_wrong_value_is_put_right_on_the_page(key: str) -> None:
    """Or taken out; in a form of labels, too, whose cells stand elsewhere than in a table."""
    campaign = stage.make_campaign()
    upright = "单位名称,晨光协会,\n省份,海外,\n联系电话,看名片,\n样本采集量计划,5.000,\n"
    table = "单位名称,省份,联系电话,样本采集量计划\n晨露协会,海外,看名片,三千\n"
    for content, (phone, plan) in ((upright, ("mend-2-2", "cell-2-3")), (table, ("mend-2-2", "mend-2-3"))):
        checked = _mendable(key, campaign, content)
        assert f'name="{phone}"' in checked
        assert f'name="{plan}"' in checked
        fields = {"of": "units", "checked": _hidden(checked, "checked"), "act": "import", phone: "", plan: "3000"}
        page_of(key, campaign, fields)

    found = {unit.name: (unit.plan, contacts.read(campaign, unit.code)) for unit in units.of_campaign(campaign)}
    assert found["晨光协会"] == found["晨露协会"] == (3000, None)


def _taken(page: str) -> dict[str, str]:
    """By column what it is taken for on a page."""
    chosen = r'<select name="(column-\d+)"[^>]*>(.*?)</select>'
    return {
        name: next(iter(re.findall(r'<option value="(\w*)" selected>', options)), "")
        for name, options in re.findall(chosen, page, re.DOTALL)
    }


def _mendable(key: str, campaign: str, content: str) -> str:
    sent = [("table_file", "附件1.csv", content.encode())]
    return Session(key).upload("/secretariat/{campaign}/import", [("of", "units")], sent, campaign=campaign).body
