"""The kit through the Lambda entry point: what is in it, whose it is, and who gets none."""

import base64
import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from app import app
from chalicelib.access.store import keys
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import units
from chalicelib.associations.usecases.register_units import rotate_key
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import new_key
from chalicelib.links.domain.link import Edition
from chalicelib.links.gateways import qr
from chalicelib.links.usecases import make_kit
from chalicelib.links.usecases.issue_links import issue_links, revoke_link
from infra.drills.events import api_event, lambda_context
from tests import stage
from tests.scanning import drawn, scan, text_of

FILES = {"sheet.pdf", "qr.svg", "qr-10.png", "qr-20.png", "qr-40.png"} | {
    f"embed-{kind}.html" for kind in ("banner", "button", "frame")
}


@pytest.fixture
def campaign() -> str:
    """A campaign with the unit `u1`."""
    return stage.make_campaign()


@pytest.fixture
def key(campaign: str) -> str:
    """The unit's key."""
    return rotate_key(campaign, "u1", now_ms(), "test")


@pytest.fixture(scope="module")
def secretariat_key() -> str:
    """A key of the secretariat."""
    key = new_key()
    keys.give_secretariat(key)
    return key


def issue(campaign: str, *labels: str, unit: str = "u1", channel: str = "海报") -> list[str]:
    """Codes of new links, one for each label."""
    return [link.code for link in issue_links(campaign, unit, channel, Edition.PUBLIC, labels, now_ms(), "test")]


def ask(key: str | None, **query: str) -> Any:
    """The gateway's answer to a request for a kit."""
    asked = {name: [value] for name, value in query.items()}
    event = api_event("GET", "/api/v1/kit.zip", headers={"x-api-key": key} if key else {}, query=asked)
    return app(event, lambda_context())


def kit(key: str, **query: str) -> zipfile.ZipFile:
    """A kit."""
    answer = ask(key, **query)
    assert answer["statusCode"] == 200, answer["body"]
    assert answer["isBase64Encoded"]
    return zipfile.ZipFile(io.BytesIO(base64.b64decode(answer["body"])))


def listed(archive: zipfile.ZipFile) -> list[dict[str, str]]:
    """The rows of `links.csv`."""
    raw = archive.read("links.csv")
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def test_a_kit_holds_everything_for_every_link(campaign: str, key: str, tmp_path: Path) -> None:
    """Codes, sheet and snippets by link, and each leads to that link."""
    codes = issue(campaign, "服务大厅", "第一中学")

    archive = kit(key)

    assert archive.testzip() is None
    assert set(archive.namelist()) == {"links.csv", "hints.html"} | {
        f"{code}/{name}" for code in codes for name in FILES
    }
    for code in codes:
        for scale in (10, 20, 40):
            assert scan(archive.read(f"{code}/qr-{scale}.png"), tmp_path) == [qr.qr_url(code)]
        sheet = archive.read(f"{code}/sheet.pdf")
        assert scan(drawn(sheet, 72, tmp_path), tmp_path) == [qr.qr_url(code)]
        assert stage.UNIT_NAME in text_of(sheet, tmp_path)
        assert stage.UNIT_NAME in archive.read(f"{code}/qr.svg").decode()
        for kind in ("banner", "button", "frame"):
            assert qr.link_url(code) in archive.read(f"{code}/embed-{kind}.html").decode()


def test_the_list_holds_every_link(campaign: str, key: str) -> None:
    """With its address, unit, channel, edition and label."""
    (code,) = issue(campaign, "服务大厅")

    assert listed(kit(key)) == [
        {
            "code": code,
            "url": qr.link_url(code),
            "unit": stage.UNIT_NAME,
            "channel": "海报",
            "edition": "public",
            "label": "服务大厅",
        }
    ]


def test_no_cell_of_the_list_starts_a_formula(campaign: str, key: str) -> None:
    """Names, channels and labels are what somebody typed."""
    labels = ["=HYPERLINK(1)", "+86", "-1", "@x", "＝1", "\tx"]
    units.item_of(units.read(campaign, "u1").model_copy(update={"name": "=cmd"})).save()
    issue(campaign, *labels, channel="@sum")

    rows = listed(kit(key))

    assert len(rows) == len(labels)
    assert not [cell for row in rows for cell in row.values() if cell[:1] in set("=+-@＝＋－＠\t\r")]


def test_a_revoked_link_is_not_handed_out(campaign: str, key: str) -> None:
    """Its code leads nowhere any more."""
    kept, gone = issue(campaign, "a", "b")
    revoke_link(gone, now_ms(), "test")

    assert [row["code"] for row in listed(kit(key))] == [kept]


def test_a_unit_without_links_has_an_empty_list(key: str) -> None:
    """And no codes."""
    archive = kit(key)

    assert archive.namelist() == ["links.csv", "hints.html"]
    assert listed(archive) == []


def test_the_same_links_give_the_same_bytes(campaign: str, key: str) -> None:
    """Nothing in a kit shows when it was made."""
    issue(campaign, "a")

    assert ask(key)["body"] == ask(key)["body"]


def test_many_links_come_in_pages(campaign: str, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each names the next; together they hold every link once."""
    monkeypatch.setattr(make_kit, "PAGE", 2)
    codes = issue(campaign, *"abcde")

    answers = [ask(key, page=str(page)) for page in (1, 2, 3)]

    assert [answer["headers"].get("Link") for answer in answers] == [
        '<kit.zip?page=2>; rel="next"',
        '<kit.zip?page=3>; rel="next"',
        None,
    ]
    found = [row["code"] for page in ("1", "2", "3") for row in listed(kit(key, page=page))]
    assert sorted(found) == sorted(codes)


def test_the_secretariat_gets_any_units_kit(campaign: str, secretariat_key: str) -> None:
    """By the unit's code."""
    codes = issue(campaign, "a")

    assert [row["code"] for row in listed(kit(secretariat_key, campaign=campaign, unit="u1"))] == codes


def refused(answer: Any, status: int, slug: str) -> bool:
    """Whether an answer is this problem document."""
    body = json.loads(answer["body"])
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    return (answer["statusCode"], body["type"].rpartition("/")[2]) == (status, slug)


def test_a_unit_gets_no_other_units_kit(campaign: str, key: str) -> None:
    """Neither by code nor by campaign, in whatever case; its own it may name."""
    units.item_of(Unit(campaign=campaign, code="u2", name="另一单位", province="44")).save()
    issue(campaign, "a", unit="u2")
    elsewhere = stage.make_campaign()

    assert refused(ask(key, unit="u2"), 403, "not-yours")
    assert refused(ask(key, unit="U1"), 403, "not-yours")
    assert refused(ask(key, unit=""), 403, "not-yours")
    assert refused(ask(key, unit="u1", campaign=elsewhere), 403, "not-yours")
    assert listed(kit(key, unit="u1", campaign=campaign)) == []


def test_what_can_not_be_had_is_a_problem(campaign: str, key: str, secretariat_key: str) -> None:
    """No key, no such unit, none named, no page."""
    assert refused(ask(None), 401, "key-invalid")
    assert refused(ask(secretariat_key, campaign=campaign, unit="nobody"), 404, "not-found")
    assert refused(ask(secretariat_key, campaign=campaign), 422, "request-invalid")
    for page in ("0", "-1", "x", "1.5", "9" * 5000, "²"):
        assert refused(ask(key, page=page), 422, "request-invalid")
