"""Importing units through the Lambda entry point: dry run, import, re-import, and what is refused whole."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app import app
from chalicelib.access.store import keys
from chalicelib.access.store.keys import find as holder_of
from chalicelib.access.usecases.authenticate import authenticate
from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.gateways.sheets import read_sheet
from chalicelib.associations.store import contacts, units
from chalicelib.associations.store.registrations import Registration, write_together
from chalicelib.associations.store.units import UnitItem
from chalicelib.associations.usecases import import_units as importing
from chalicelib.associations.usecases.import_units import import_units
from chalicelib.associations.usecases.register_units import key_of, rotate_key
from chalicelib.campaigns import campaigns
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import new_key
from chalicelib.kernel.errors import TooLate
from chalicelib.kernel.store import audit
from chalicelib.web.rim.media import CSV, XLSX
from chalicelib.web.secretariat.api.imports import ImportReply
from infra.drills.events import api_event, lambda_context
from tests import stage
from tests.unit.test_sheets import workbook
from tests.web.shapes import check_shape

HEADINGS = "代码,名称,省份,计划\n"


@pytest.fixture(scope="module")
def key() -> str:
    """A key of the secretariat."""
    key = new_key()
    keys.give_secretariat(key)
    return key


@pytest.fixture
def campaign() -> str:
    """A campaign with one unit, `u1`, in Guangdong."""
    return stage.make_campaign()


def opened_by(key: str) -> tuple[str, str]:
    """Campaign and unit of a key."""
    ((campaign, unit),) = authenticate(key).taking_part.items()
    return campaign, unit


def send(key: str, campaign: str, content: bytes, kind: str = CSV, lang: str = "zh-CN", **query: str) -> Any:
    """Status and body of an import."""
    headers = {"x-api-key": key, "content-type": kind, "accept-language": lang}
    asked = {name: [value] for name, value in {"campaign": campaign, **query}.items()}
    event = api_event("POST", "/api/v1/units/import", body=content, headers=headers, query=asked)
    answer = app(event, lambda_context())
    return answer["statusCode"], json.loads(answer["body"])


def imported(key: str, campaign: str, table: str | bytes, **more: str) -> Any:
    """The body of an import that is answered as one."""
    content = table if isinstance(table, bytes) else table.encode()
    status, body = send(key, campaign, content, **more)
    assert status == 200, body
    check_shape(ImportReply, body)
    return body


def stored(campaign: str) -> dict[str, Unit]:
    """The campaign's units by code."""
    return {unit.code: unit for unit in units.of_campaign(campaign)}


def test_an_import_creates_units_whose_keys_open(key: str, campaign: str) -> None:
    """Each new unit has a key of its own, in the answer this once, and an entry in the audit."""
    body = imported(key, campaign, HEADINGS + "44-01,青禾会,广东,100\n,澄明会,天津,\n")

    assert (body["created"], body["updated"], body["rejected"], body["notes"]) == (2, 0, [], [])
    assert {code: opened_by(one) for code, one in body["keys"].items()} == {
        code: (campaign, code) for code in ("44-01", "TJ01")
    }
    assert stored(campaign)["44-01"].plan == 100
    entries = audit.newest(campaign, 10)
    assert {(entry["action"], entry["subject"]) for entry in entries} == {
        ("unit.create", "44-01"),
        ("unit.create", "TJ01"),
    }


def test_a_dry_run_tells_the_same_and_writes_nothing(key: str, campaign: str) -> None:
    """Its answer is the import's, without keys."""
    before, table = stored(campaign), HEADINGS + "44-01,青禾会,广东,100\nu1,新名,广东,9\n"

    dry = imported(key, campaign, table, dry_run="1")

    assert stored(campaign) == before
    assert audit.newest(campaign, 10) == []
    assert dry == imported(key, campaign, table) | {"keys": {}}
    assert (dry["created"], dry["updated"]) == (1, 1)


def test_importing_again_updates_and_keys_stay(key: str, campaign: str) -> None:
    """What is unchanged is not written; what changed is audited with before and after."""
    first = imported(key, campaign, HEADINGS + "44-01,青禾会,广东,100\n44-02,澄明会,广东,5\n")

    again = imported(key, campaign, "name,plan,province,code\n青禾会,200,44,44-01\n澄明会,,44,44-02\n")

    assert (again["created"], again["updated"], again["keys"]) == (0, 2, {})
    assert {code: unit.plan for code, unit in stored(campaign).items() if code != "u1"} == {"44-01": 200, "44-02": 5}
    assert opened_by(first["keys"]["44-01"]) == (campaign, "44-01")
    (change,) = [entry for entry in audit.newest(campaign, 10) if entry["action"] == "unit.change"]
    assert (change["subject"], change["before"]["plan"], change["after"]["plan"]) == ("44-01", 100, 200)


def test_where_anything_is_rejected_nothing_is_imported(key: str, campaign: str) -> None:
    """One wrong cell among a hundred rows: it is named, and no unit is there."""
    before = stored(campaign)
    table = HEADINGS + "".join(f"44-{n},单位{n},广东,{n or '零'}\n" for n in range(99, -1, -1))

    body = imported(key, campaign, table)

    assert body["rejected"] == [{"row": 101, "column": "计划", "detail": "应为 1 至 100,000,000 的整数，或留空"}]
    assert (body["created"], body["updated"], body["keys"]) == (0, 0, {})
    assert stored(campaign) == before
    assert audit.newest(campaign, 10) == []


def test_what_is_wrong_is_told_in_the_callers_language(key: str, campaign: str) -> None:
    """English where asked for; columns as the file calls them."""
    body = imported(key, campaign, "名称,省份,note\n青禾会,Mars,x\n", lang="en")

    assert body["rejected"] == [
        {"row": 2, "column": "省份", "detail": "must be a provincial-level division: Guangdong, 44 or 440000"}
    ]
    assert body["notes"] == ["columns passed over: note"]


def test_gb18030_and_xlsx_come_in_whole(key: str, campaign: str) -> None:
    """Bytes reach the reader as they were sent, whichever type they are announced as."""
    book = workbook(lambda sheet: [sheet.append(row) for row in (["名称", "省份"], ["澄明会", "天津"])])

    imported(key, campaign, (HEADINGS + "44-01,青禾会,广东,\n").encode("gb18030"))
    imported(key, campaign, book, kind=XLSX)
    imported(key, campaign, book, kind=f"{CSV}; charset=utf-8")

    assert sorted(unit.name for unit in stored(campaign).values()) == sorted([stage.UNIT_NAME, "青禾会", "澄明会"])


def test_135_units_come_in_whole(key: str, campaign: str) -> None:
    """More than one transaction takes."""
    table = "名称,省份\n" + "".join(f"单位{n},{province}\n" for n in range(5) for province in range(11, 16))
    table += "".join(f"大单位{n},44\n" for n in range(110))

    body = imported(key, campaign, table)

    assert body["created"] == len(body["keys"]) == 135
    assert len(stored(campaign)) == 136
    assert all(key_of(unit) for code, unit in stored(campaign).items() if code != "u1")


def test_an_import_that_was_cut_off_is_completed_by_the_next(
    key: str, campaign: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Units are there whole or not at all; the same table again does the rest."""
    table = "名称,省份\n" + "".join(f"单位{n},44\n" for n in range(80))
    writes: list[int] = []

    def write_twice(registrations: Sequence[Registration]) -> None:
        writes.append(len(registrations))
        if len(writes) > 2:
            raise ConnectionResetError
        write_together(registrations)

    with monkeypatch.context() as patched:
        patched.setattr(importing, "write_together", write_twice)
        assert send(key, campaign, table.encode())[0] == 500
    there = [unit for code, unit in stored(campaign).items() if code != "u1"]
    assert 0 < len(there) == sum(writes[:2]) < 80
    assert all(holder_of(key_of(unit) or "") for unit in there)

    body = imported(key, campaign, table)

    assert (body["created"], body["updated"]) == (80 - len(there), len(there))
    assert len(stored(campaign)) == 81


def test_two_imports_at_once_make_no_unit_twice(campaign: str) -> None:
    """Whoever comes second finds the other's units and updates them."""
    table = "名称,省份\n" + "".join(f"单位{n},44\n" for n in range(60))

    def run(_: int) -> dict[str, str]:
        try:
            rows, known = read_sheet(table.encode()), campaigns.read(campaign)
            return import_units(known, rows, now_ms(), "test", "en", dry_run=False).keys
        except TooLate:
            return {}

    with ThreadPoolExecutor(4) as pool:
        given = [item for one in pool.map(run, range(4)) for item in one.items()]

    names = [unit.name for code, unit in stored(campaign).items() if code != "u1"]
    assert sorted(names) == sorted(f"单位{n}" for n in range(60))
    assert len(given) == 60
    assert all(opened_by(one) == (campaign, code) for code, one in given)


@pytest.mark.parametrize(
    ("content", "kind", "query", "status", "slug"),
    [
        (b"", CSV, {}, 400, "malformed-request"),
        (b"\xff\xff", CSV, {}, 400, "malformed-request"),
        (b"PK\x03\x04", XLSX, {}, 400, "malformed-request"),
        (b"{}", "application/json", {}, 415, ""),
        (HEADINGS.encode(), CSV, {"dry_run": "maybe"}, 422, "request-invalid"),
        (HEADINGS.encode(), CSV, {"campaign": "none"}, 404, "not-found"),
        (bytes(10 * 1024 * 1024 + 1), CSV, {}, 413, "too-large"),
    ],
    ids=lambda value: value[:30] if isinstance(value, str) else "",
)
def test_what_is_no_import_is_a_problem(
    key: str, campaign: str, content: bytes, kind: str, query: dict[str, str], status: int, slug: str
) -> None:
    """A file that can't be read, a wrong type, a wrong parameter, too much."""
    answered, body = send(key, content=content, kind=kind, **{"campaign": campaign, **query})

    assert answered == status
    assert not slug or body["type"].endswith(f"/{slug}")


def test_a_file_that_can_not_be_read_is_told_in_chinese(key: str, campaign: str) -> None:
    """The one who sent it learns what to do."""
    _, body = send(key, campaign, b"\xff\xff")

    assert body["detail"] == "无法识别文字编码，请存为 UTF-8 或 GB18030"


def test_a_units_key_imports_nothing(campaign: str) -> None:
    """Only the secretariat's does."""
    status, body = send(rotate_key(campaign, "u1", now_ms(), "test"), campaign, (HEADINGS + "1,x,44,\n").encode())

    assert (status, body["type"].rpartition("/")[2]) == (403, "not-yours")
    assert list(stored(campaign)) == ["u1"]


ANNEX_1 = "单位名称,省份,城市,联系人,联系电话,邮箱,计划,链接数,去年采集量\n"


def test_annex_1_brings_contacts_and_last_years_count(key: str, campaign: str) -> None:
    """The contact stands apart from the unit; again with another telephone, the rest of it stays."""
    imported(key, campaign, ANNEX_1 + "青禾会,广东,广州,林青,13800000000,lin@qinghe.example,5000,3,4200\n")
    again = imported(key, campaign, "单位名称,省份,电话\n青禾会,广东,020-1234\n")
    same = imported(key, campaign, "单位名称,省份,电话\n青禾会,广东,020-1234\n")

    unit = stored(campaign)["GD01"]
    assert (again["updated"], same["updated"]) == (1, 1)
    assert (unit.city, unit.plan, unit.links_wanted, unit.last_year) == ("广州", 5000, 3, 4200)
    assert "qinghe" not in unit.document()
    assert contacts.of_campaign(campaign) == {
        "GD01": Contact(name="林青", phone="020-1234", email="lin@qinghe.example")
    }
    entries = audit.newest(campaign, 10)
    assert [entry["action"] for entry in entries] == ["unit.change", "unit.create"]
    assert entries[0]["before"]["contact"]["phone"] == "*000"
    assert "lin@" not in json.dumps(entries)


def test_a_unit_that_was_stored_before_a_field_was_known_still_changes(key: str, campaign: str) -> None:
    """What is stored is compared as it was stored; a new field doesn't make it another's."""
    old = {"campaign": campaign, "code": "44-01", "name": "青禾会", "province": "44", "plan": 5, "key_hash": None}
    UnitItem(campaign, "44-01", document=json.dumps(old, separators=(",", ":"), ensure_ascii=False)).save()

    body = imported(key, campaign, "代码,计划\n44-01,6\n")

    assert body["updated"] == 1
    assert stored(campaign)["44-01"].plan == 6
    assert opened_by(rotate_key(campaign, "44-01", now_ms(), "test")) == (campaign, "44-01")
