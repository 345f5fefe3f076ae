"""Files behind signed addresses: whom one was given to gets that file, for five minutes, and nothing else."""

from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from chalicelib.access.usecases import sessions
from chalicelib.access.usecases.manage_members import remove_member
from chalicelib.associations.usecases.register_units import rotate_key
from chalicelib.jobs.run_leased import take_up
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import key_hash
from chalicelib.kernel.gateways import files
from chalicelib.kernel.gateways.file_addresses import Asker
from chalicelib.kernel.gateways.secrets import add_ticket_key
from chalicelib.kernel.store import audit
from chalicelib.mail.usecases.send_mail import announce_seal
from chalicelib.sealing.close_collection import close_collection
from chalicelib.sealing.export import EXPORTS, give_out, request_export
from tests import stage
from tests.web.test_api import Reply, call, check_problem
from tests.web.visiting import Session

FIVE_MINUTES_MS = 300_000
"""As the page that gives the addresses out says."""


@pytest.fixture(scope="module")
def exported() -> str:
    """The id of an export that is made."""
    export_id = request_export(stage.make_campaign(), now_ms(), "test")
    take_up(EXPORTS, f"export#{export_id}", now_ms())
    return export_id


@cache
def key() -> str:
    """A member's, whom addresses are given to."""
    return stage.new_member()[1]


def address(export_id: str, at_ms: int, *, at_desk: bool = False, given_to: str = "") -> str:
    """The address of the export's first file, as it is given out then."""
    asker = Asker(key_hash(given_to or key()), at_desk)
    url: str = give_out(export_id, at_ms, "test", asker).files[0]["url"]
    return url


def fetch(url: str, arrived_ms: int, headers: dict[str, str] | None = None, **changed: str) -> Reply:
    """What the address gives at an instant; with parts of it `changed`."""
    export, name = urlsplit(url).path.split("/")[-2:]
    asked: dict[str, Any] = {"export": export, "name": name, **dict(parse_qsl(urlsplit(url).query))} | changed
    parameters = {part: asked.pop(part) for part in ("export", "name")}
    query = {part: [value] for part, value in asked.items() if value}
    return call(
        "GET",
        "/files/{export}/{name}",
        parameters=parameters,
        query=query,
        arrived_ms=arrived_ms,
        headers=headers or {},
    )


@pytest.mark.parametrize("later", [0, FIVE_MINUTES_MS - 1, FIVE_MINUTES_MS])
def test_an_address_opens_its_file_for_five_minutes(exported: str, later: int) -> None:
    """A program may fetch it without its key; no browser or proxy keeps the file."""
    given = now_ms()

    reply = fetch(address(exported, given), given + later)

    assert (reply.status, reply.headers["content-type"]) == (200, "application/gzip")
    assert reply.headers["cache-control"] == "private, no-store"


@pytest.mark.parametrize("by", ["api", "page"])
def test_whoever_is_given_the_addresses_is_in_the_log(by: str) -> None:
    """By name and with the files, each time; there is nothing to tell before there are files."""
    campaign, (member, key) = stage.make_campaign(), stage.new_member()
    export_id = request_export(campaign, now_ms(), "test")

    def look() -> None:
        if by == "page":
            assert Session(key).get("/exports/{export}", export=export_id).status == 200
        else:
            given = call("GET", "/api/v1/exports/{export}", key=key, parameters={"export": export_id})
            assert given.status == 200

    look()
    take_up(EXPORTS, f"export#{export_id}", now_ms())
    assert _given_out(campaign) == []
    look()
    look()

    told = _given_out(campaign)
    assert [(one["who"], one["subject"]) for one in told] == [(f"secretariat/{member.name}", export_id)] * 2
    assert "responses.csv.gz" in told[0]["files"]


def _given_out(campaign: str) -> list[dict[str, Any]]:
    return [one for one in audit.newest(campaign, 20) if one["action"] == "export.give-out"]


@pytest.mark.parametrize("shown", ["nothing", "another's key", "a unit's key", "another's session", "a wrong key"])
def test_an_address_on_a_page_is_for_whom_it_was_shown_to(exported: str, shown: str) -> None:
    """Passed on, it opens nothing for five minutes either; and nobody is said to have fetched anything."""
    campaign, given = stage.make_campaign(), now_ms()
    other = stage.new_member()[1]
    headers = {
        "nothing": {},
        "another's key": {"x-api-key": other},
        "a unit's key": {"x-api-key": rotate_key(campaign, "u1", given, "test")},
        "another's session": _cookie(other, given),
        "a wrong key": {"x-api-key": "2222-2222-2222-2222-2222-2222"},
    }[shown]

    check_problem(fetch(address(exported, given, at_desk=True), given, headers), 403, "not-yours")
    if shown != "nothing":
        check_problem(fetch(address(exported, given), given, headers), 403, "not-yours")
    assert fetch(address(exported, given, at_desk=True), given, _cookie(key(), given)).status == 200


def test_an_address_ends_with_the_key_it_was_given_to(exported: str) -> None:
    """A member who was removed fetches nothing more."""
    member, gone = stage.new_member()
    given = now_ms()
    url = address(exported, given, given_to=gone)
    assert fetch(url, given).status == 200

    remove_member(member.id, given, "test")

    check_problem(fetch(url, given), 403, "not-yours")


def test_whoever_fetches_a_file_is_in_the_log() -> None:
    """By name, each time, and only where they got it."""
    campaign, (member, own) = stage.make_campaign(), stage.new_member()
    export_id, given = request_export(campaign, now_ms(), "test"), now_ms()
    take_up(EXPORTS, f"export#{export_id}", now_ms())
    url = address(export_id, given, given_to=own)

    fetch(url, given)
    fetch(url, given + FIVE_MINUTES_MS + 1)
    fetch(url, given, signature="0")

    told = [one for one in audit.newest(campaign, 20) if one["action"] == "file.fetch"]
    assert [(one["who"], one["subject"], one["file"]) for one in told] == [
        (member.who, export_id, urlsplit(url).path.rpartition("/")[2])
    ]


def _cookie(shown: str, at_ms: int) -> dict[str, str]:
    return {"cookie": f"minsheng_session={sessions.sign_in(shown, at_ms)[0]}"}


@pytest.mark.parametrize("later", [1, 60_000, 365 * stage.DAY_MS])
def test_an_address_that_has_run_out_opens_nothing(exported: str, later: int) -> None:
    """A leaked one isn't good for ever; and it says what to do."""
    given = now_ms()

    reply = fetch(address(exported, given), given + FIVE_MINUTES_MS + later)

    check_problem(reply, 403, "not-yours")
    assert "expired" in reply.body["detail"]


def test_an_address_that_has_run_out_is_not_prolonged_by_a_newer_one(exported: str) -> None:
    """Each export's page gives out a new address; the old ones end as they would have."""
    given = now_ms()
    old, new = (address(exported, at) for at in (given, given + FIVE_MINUTES_MS))

    assert fetch(new, given + FIVE_MINUTES_MS + 1).status == 200
    check_problem(fetch(old, given + FIVE_MINUTES_MS + 1), 403, "not-yours")


def test_a_new_signing_key_ends_no_address(exported: str) -> None:
    """Who is on the way to a file gets it; the address names the key that signed it."""
    given = now_ms()
    url = address(exported, given)

    add_ticket_key(given)

    assert fetch(url, given).status == 200
    assert fetch(address(exported, given), given).status == 200


LATER = str(10**14)
OTHERS = [
    {"expires": LATER},
    {"expires": ""},
    {"expires": "x"},
    {"signature": ""},
    {"signature": "0" * 64},
    {"signature": f"k1.{'0' * 64}"},
]
OTHERS += [{"name": "manifest.json"}, {"name": ".."}, {"export": "AAAAAAAAAAAA"}, {"signature": "签名"}, {"for": ""}]
OTHERS += [{"for": f"key.{'0' * 64}"}, {"for": f"desk.{'0' * 64}"}]


@pytest.mark.parametrize("changed", OTHERS, ids=str)
def test_an_address_that_was_changed_opens_nothing(exported: str, changed: dict[str, str]) -> None:
    """Neither for longer, nor for another file, nor for another export."""
    given = now_ms()

    check_problem(fetch(address(exported, given), given, None, **changed), 403, "not-yours")


def test_an_address_of_one_export_opens_no_other(exported: str) -> None:
    """Though the other has a file of the same name."""
    given, other = now_ms(), request_export(stage.make_campaign(), now_ms(), "test")
    take_up(EXPORTS, f"export#{other}", now_ms())

    check_problem(fetch(address(exported, given), given, export=other), 403, "not-yours")


def test_addresses_of_sealed_files_run_out_too() -> None:
    """The sealed file is there for good, its addresses aren't."""
    campaign, given = stage.make_campaign(opens_in_ms=-2 * stage.DAY_MS, closes_in_ms=-stage.DAY_MS), now_ms()
    close_collection(campaign, announce_seal)
    url = address(f"{campaign}.final", given)

    assert fetch(url, given + FIVE_MINUTES_MS).status == 200
    check_problem(fetch(url, given + FIVE_MINUTES_MS + 1), 403, "not-yours")


def test_a_file_that_lies_elsewhere_is_reached_in_time_alone(exported: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bucket's own address lasts as long as ours, and is asked for only while ours is good."""
    given, asked = now_ms(), []

    def elsewhere(name: str, most: int, lasts_s: int) -> str:
        asked.append(lasts_s)
        return f"https://bucket.example/{name}"

    monkeypatch.setattr(files, "elsewhere", elsewhere)
    url = address(exported, given)
    in_time, late = (fetch(url, given + FIVE_MINUTES_MS + late) for late in (0, 1))

    assert (in_time.status, in_time.headers["cache-control"]) == (303, "no-store")
    check_problem(late, 403, "not-yours")
    assert asked == [300]
