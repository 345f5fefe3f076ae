"""Annex 2 through the Lambda entry point: import, list and page; and the templates of both annexes."""

import base64
import io
import json
from typing import Any

import pytest
from openpyxl import load_workbook

from app import app
from chalicelib.associations.gateways.sheets import read_sheet
from chalicelib.associations.store import supporters
from chalicelib.associations.usecases.register_units import rotate_key
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.store import audit
from chalicelib.web.rim.media import CSV
from chalicelib.web.secretariat.api.imports import Supporters, SupportersImportReply
from infra.drills.events import api_event, lambda_context
from tests import stage
from tests.web.shapes import check_shape
from tests.web.test_api import call, check_problem
from tests.web.visiting import Session

TABLE = "支持单位,类型,奖品,仅限本地,发起单位\n晨星公司,企业,保温杯 50 个,是,u1\n=晚报,媒体,,,\n"


@pytest.fixture(scope="module")
def key() -> str:
    """A key of the secretariat."""
    return stage.secretariat_key()


def send(key: str, campaign: str, table: str, **query: str) -> Any:
    """Status and body of an import."""
    headers = {"x-api-key": key, "content-type": CSV}
    asked = {name: [value] for name, value in {"campaign": campaign, **query}.items()}
    event = api_event("POST", "/api/v1/supporters/import", body=table.encode(), headers=headers, query=asked)
    answer = app(event, lambda_context())
    return answer["statusCode"], json.loads(answer["body"])


def template(key: str, name: str, lang: str = "zh-Hans") -> bytes:
    """An empty table."""
    event = api_event(
        "GET", "/api/v1/templates/{name}", headers={"x-api-key": key}, parameters={"name": name}, query={"lang": [lang]}
    )
    answer = app(event, lambda_context())
    assert answer["statusCode"] == 200
    return base64.b64decode(answer["body"])


def test_supporters_are_imported_listed_and_updated(key: str) -> None:
    """First as a dry run that writes nothing; again, it updates; the audit log shows before and after."""
    campaign = stage.make_campaign()
    table = TABLE.replace("=", "")

    dry = send(key, campaign, table, dry_run="1")
    nothing = supporters.of_campaign(campaign)
    done = send(key, campaign, table)
    again = send(key, campaign, "name,kind,supports\n晨 星公司,,印制海报\n")
    listed = call("GET", "/api/v1/supporters", key=key, query={"campaign": [campaign]})

    check_shape(SupportersImportReply, done[1])
    check_shape(Supporters, listed.body)
    assert dry == done
    assert (done[0], {name: done[1][name] for name in ("created", "updated", "rejected", "questions", "notes")}) == (
        200,
        {"created": 2, "updated": 0, "rejected": [], "questions": [], "notes": []},
    )
    assert nothing == []
    assert again[1]["updated"] == 1
    first = {one["name"]: one for one in listed.body["supporters"]}["晨 星公司"]
    assert first["prizes"] == [{"name": "保温杯", "quantity": 50}]
    assert (first["unit"], first["local_only"], first["supports"]) == ("u1", True, "印制海报")
    newest = audit.newest(campaign, 1)[0]
    assert (newest["action"], newest["before"]["name"], newest["after"]["name"]) == (
        "supporter.change",
        "晨星公司",
        "晨 星公司",
    )


def test_where_anything_is_rejected_nothing_is_imported(key: str) -> None:
    """A formula is never computed, and named in Chinese by row and column."""
    campaign = stage.make_campaign()

    status, body = send(key, campaign, TABLE)

    assert (status, body["rejected"]) == (
        200,
        [{"row": 3, "column": "支持单位", "detail": "不接受公式，请粘贴为数值"}],
    )
    assert supporters.of_campaign(campaign) == []


def test_supporters_are_the_secretariats_business(key: str) -> None:
    """A unit's key neither imports nor lists them."""
    campaign = stage.make_campaign()
    unit_key = rotate_key(campaign, "u1", now_ms(), "test")

    assert send(unit_key, campaign, TABLE)[0] == 403
    check_problem(call("GET", "/api/v1/supporters", key=unit_key), 403, "not-yours")


@pytest.mark.parametrize("name", ["units", "supporters"])
@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
def test_a_template_is_read_by_the_import(key: str, name: str, lang: str) -> None:
    """CSV and XLSX have the same headings, which the import knows; what is typed into the workbook stays text."""
    campaign = stage.make_campaign()
    book = load_workbook(io.BytesIO(template(key, f"{name}.xlsx", lang)))

    (headings,) = read_sheet(template(key, f"{name}.csv", lang))
    sheet = book.active
    assert sheet is not None

    assert [cell.value for cell in sheet[1]] == [cell.text for cell in headings.cells]
    texts = sheet.column_dimensions["A"]
    assert (texts.number_format, texts.min, texts.max) == ("@", 1, sheet.max_column)
    filled = ",".join(cell.text for cell in headings.cells) + "\n"
    if name == "supporters":
        assert send(key, campaign, filled)[1]["rejected"] == []


def test_an_unknown_template_is_not_found(key: str) -> None:
    """404."""
    check_problem(call("GET", "/api/v1/templates/{name}", key=key, parameters={"name": "x.csv"}), 404, "not-found")


def test_a_page_shows_the_supporters_and_the_import_takes_them(key: str) -> None:
    """Who gives what, handed in by whom."""
    campaign, session = stage.make_campaign(), Session(key)
    send(key, campaign, TABLE.replace("=", ""))

    page = session.get("/secretariat/supporters").body
    form = session.get("/secretariat/import", {"of": "supporters"}).body

    assert "晨星公司" in page
    assert "保温杯 × 50" in page
    assert stage.UNIT_NAME in page
    assert 'name="of" value="supporters"' in form
    assert "templates/supporters.xlsx" in form
