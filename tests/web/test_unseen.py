"""Nothing unseen: who came in, who was refused, who left, and who was given people's names are in the audit log."""

from typing import Any

import pytest

from chalicelib.access.usecases import refusals, sessions
from chalicelib.access.usecases.refusals import Door, note_refusal
from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.store import contacts
from chalicelib.associations.usecases.register_units import rotate_key
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import new_key
from chalicelib.kernel.store import audit
from tests import stage
from tests.web.test_sessions import call

MINUTE_MS = 60_000


@pytest.fixture
def unit_key() -> str:
    """The key of the unit of a fresh campaign, the current one."""
    return rotate_key(stage.make_campaign(opens_in_ms=-1), "u1", now_ms(), "test")


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that has refused nobody yet."""
    monkeypatch.setattr(refusals, "_counts", {})


def told(place: str, action: str) -> list[dict[str, Any]]:
    """The entries of an action, newest first."""
    return [one for one in audit.newest(place, 500) if one["action"] == action]


def since(at_ms: int, action: str = "sign-in.refuse") -> list[dict[str, Any]]:
    """The secretariat's own entries of an action from an instant to now, oldest first."""
    return [one for one in reversed(told(audit.OFFICE, action)) if at_ms <= one["at"] <= now_ms()]


def test_a_unit_that_signs_in_and_out_is_in_the_log(unit_key: str) -> None:
    """By its code, in the campaign that it is led to."""
    cookie = call("POST", "/desk", form={"key": unit_key}).headers["set-cookie"]
    token = cookie.partition(";")[0].partition("=")[2]
    campaign = max(stage.campaign_ids(), key=lambda name: int(name.rpartition("-")[2]))
    call("POST", "/desk", token, {"_csrf": sessions.csrf_token(token), "act": "sign-out"})

    came, left = told(campaign, "unit.key-sign-in"), told(campaign, "unit.sign-out")
    assert [(one["who"], one["subject"]) for one in came + left] == [("u1", "u1")] * 2


def test_a_member_who_signs_out_is_in_the_log() -> None:
    """By name; and only somebody who was in."""
    member, key = stage.new_member()
    token, began = sessions.sign_in(key, now_ms())[0], now_ms()
    out = {"_csrf": sessions.csrf_token(token), "act": "sign-out"}

    for _ in range(2):
        call("POST", "/secretariat", token, out)

    left = since(began, "member.sign-out")
    assert [(one["who"], one["subject"]) for one in left] == [(member.who, member.id)]


@pytest.mark.parametrize("door", ["desk", "api", "one-time-link", "other-site", "role"])
def test_who_is_refused_is_in_the_log(counting: None, unit_key: str, door: str) -> None:
    """At whichever door; by name where it is known, and never with what was shown."""
    began, wrong = now_ms(), new_key()
    member, key = stage.new_member()
    if door == "desk":
        call("POST", "/desk", form={"key": wrong})
    elif door == "api":
        call("GET", "/api/v1/counts", headers={"x-api-key": wrong})
    elif door == "one-time-link":
        call("POST", "/enter/{token}", parameters={"token": wrong}, form={})
    elif door == "other-site":
        call("POST", "/desk", form={"key": unit_key}, headers={"sec-fetch-site": "cross-site"})
    else:
        call("POST", "/api/v1/ticket-keys", headers={"x-api-key": key}, body={})

    entries = since(began)
    assert [(one["subject"], one["count"]) for one in entries] == [(door, 1)]
    assert entries[0]["who"] == (member.who if door == "role" else refusals.ANYBODY)
    assert wrong not in str(entries)


def test_a_look_without_a_key_is_no_refusal(counting: None) -> None:
    """Anybody passes the door by; a session that has run out is no attempt."""
    began = now_ms()

    call("GET", "/desk")
    call("GET", "/api/v1/counts")
    call("GET", "/api/v1/counts", "k1.1.x.y")

    assert since(began) == []


@pytest.fixture
def noted(counting: None, monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str, int]]:
    """Instant, door and count of what is told to the log, which these tests don't fill."""
    noted: list[tuple[int, str, int]] = []

    def note(_place: str, at_ms: int, _who: str, _action: str, door: str, *, count: int) -> None:
        noted.append((at_ms, door, count))

    monkeypatch.setattr(audit, "note", note)
    return noted


def test_a_flood_of_wrong_keys_writes_little(noted: list[tuple[int, str, int]]) -> None:
    """A handful of entries a minute, which tell of nearly all; the rest is told of with the next, and a request that
    arrived before others makes no minute of its own."""
    for at in range(5_000):
        note_refusal(Door.API, at)
    assert [count for _, _, count in noted] == [1, 3, 12, 48, 192, 768, 3_072]

    note_refusal(Door.API, MINUTE_MS)
    note_refusal(Door.API, 1)

    assert noted[7:] == [(MINUTE_MS, Door.API, 5_001 - 4_096)]


def test_floods_of_several_kinds_are_told_apart(noted: list[tuple[int, str, int]]) -> None:
    """One doesn't hide the other."""
    for _ in range(20):
        note_refusal(Door.API, 0)
    note_refusal(Door.DESK, 0)

    assert noted[-1] == (0, Door.DESK, 1)


@pytest.mark.parametrize("path", ["/api/v1/units", "/api/v1/units/{unit}", "/api/v1/units/{unit}/contact"])
def test_who_is_given_contacts_is_in_the_log(path: str) -> None:
    """How many people's; where there are none, there is nothing to tell."""
    campaign, (member, key) = stage.make_campaign(), stage.new_member()
    parameters = {"unit": "u1"} if "{" in path else None

    def ask() -> int:
        asked = {"campaign": [campaign]}
        return call("GET", path, headers={"x-api-key": key}, query=asked, parameters=parameters).status

    assert ask() == 200
    assert told(campaign, "contact.give-out") == []
    contacts.item_of(campaign, "u1", Contact(name="林青", email="a@b.example")).save()
    assert ask() == 200

    (entry,) = told(campaign, "contact.give-out")
    assert (entry["who"], entry["people"]) == (member.who, 1)
    assert "林青" not in str(entry)
