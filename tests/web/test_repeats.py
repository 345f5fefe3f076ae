"""`Idempotency-Key`: what is sent again, because its reply was lost, is done once and answered alike."""

import json
import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from chalicelib.access.store import keys
from chalicelib.access.store.repeats import RepeatItem
from chalicelib.associations.store import units
from chalicelib.associations.usecases.register_units import rotate_key
from chalicelib.kernel.codes import key_hash, random_code
from chalicelib.kernel.store import audit
from chalicelib.links.store import links
from tests import stage
from tests.web.test_sessions import Reply, call

UNIT = {"code": "GD09", "name": "青禾会", "province": "广东"}
LINKS = {"channel": "poster", "edition": "public", "count": 3}


def post(path: str, body: Any, campaign: str, key: str, named: str | None, **names: str) -> Reply:
    """A request under an `Idempotency-Key`."""
    headers = {"x-api-key": key} | ({} if named is None else {"idempotency-key": named})
    return call("POST", path, body=body, headers=headers, query={"campaign": [campaign]}, parameters=names or None)


def slug(reply: Reply) -> str:
    """The kind of a problem."""
    return str(json.loads(reply.body)["type"]).rpartition("/")[2]


def test_a_lost_reply_is_given_again(campaign: str, key: str) -> None:
    """The same words, the new unit's key among them; there is one unit, and one entry in the log."""
    named = random_code(20)

    first, again = (post("/api/v1/units", UNIT, campaign, key, named) for _ in range(2))

    assert (first.status, again.status, again.body) == (201, 201, first.body)
    assert json.loads(again.body)["key"]
    assert sorted(unit.code for unit in units.of_campaign(campaign)) == ["GD09", "u1"]
    assert [entry["action"] for entry in audit.newest(campaign, 10)] == ["unit.create"]


def test_what_is_ordered_twice_is_ordered_once(campaign: str, key: str) -> None:
    """Links, kits and exports; without a key each request is another one."""
    path, named = "/api/v1/units/{unit}/links", random_code(20)
    assert post(path, LINKS, campaign, key, named, unit="u1").body == (
        post(path, LINKS, campaign, key, named, unit="u1").body
    )
    assert len(links.of_unit(campaign, "u1")) == 3
    assert post(path, LINKS, campaign, key, None, unit="u1").status == 201
    assert len(links.of_unit(campaign, "u1")) == 6
    for ordered in ("/api/v1/exports", "/api/v1/kits"):
        named = random_code(20)
        assert len({post(ordered, None, campaign, key, named).body for _ in range(2)}) == 1


def test_a_key_stands_for_one_request_of_one_caller(campaign: str, key: str) -> None:
    """Another body or path under it is refused; somebody else's same words are theirs."""
    named = random_code(20)
    post("/api/v1/units", UNIT, campaign, key, named)

    other = post("/api/v1/units", UNIT | {"code": "GD10"}, campaign, key, named)
    elsewhere = post("/api/v1/kits", None, campaign, key, named)
    somebody = post("/api/v1/units", UNIT | {"code": "GD10"}, campaign, stage.secretariat_key(), named)

    assert (other.status, slug(other)) == (422, "idempotency-key-reused")
    assert (elsewhere.status, slug(elsewhere)) == (422, "idempotency-key-reused")
    assert somebody.status == 201


def test_what_was_refused_may_be_sent_again(campaign: str, key: str) -> None:
    """It did nothing; mended, it is done under the same key."""
    named = random_code(20)

    assert post("/api/v1/units", UNIT | {"province": "nowhere"}, campaign, key, named).status == 422
    assert post("/api/v1/units", UNIT, campaign, key, named).status == 201


@pytest.mark.parametrize("named", ["", " ", "x" * 256, "a b", "键"])
def test_a_key_that_is_none_is_refused(campaign: str, key: str, named: str) -> None:
    """By its field; nothing is done."""
    reply = post("/api/v1/units", UNIT, campaign, key, named)

    assert (reply.status, json.loads(reply.body)["errors"][0]["pointer"]) == (422, "/Idempotency-Key")
    assert [unit.code for unit in units.of_campaign(campaign)] == ["u1"]


def test_nothing_is_done_twice_after_a_crash(campaign: str, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the act and its reply: whoever asks again is told that nobody knows, and looks."""
    named = random_code(20)
    with monkeypatch.context() as crashing:
        crashing.setattr("chalicelib.access.store.repeats.answered", lambda *_: 1 / 0)
        assert post("/api/v1/units/{unit}/links", LINKS, campaign, key, named, unit="u1").status == 500

    again = post("/api/v1/units/{unit}/links", LINKS, campaign, key, named, unit="u1")

    assert (again.status, slug(again)) == (409, "request-unfinished")
    assert len(links.of_unit(campaign, "u1")) == 3


def test_of_many_at_once_one_is_done(campaign: str, key: str) -> None:
    """The others get its reply, or are told that it isn't there yet."""
    named = random_code(20)

    with ThreadPoolExecutor(8) as pool:
        replies = list(
            pool.map(lambda _: post("/api/v1/units/{unit}/links", LINKS, campaign, key, named, unit="u1"), range(8))
        )

    assert {reply.status for reply in replies} <= {201, 409}
    assert len({reply.body for reply in replies if reply.status == 201}) == 1
    assert len(links.of_unit(campaign, "u1")) == 3


def test_what_is_kept_can_be_read_with_the_caller_s_key_alone(campaign: str, key: str) -> None:
    """A new unit's key lies nowhere in plain, and is in no other reply's reach."""
    replies = [post("/api/v1/units", UNIT | {"code": code}, campaign, key, random_code(20)) for code in ("GD1", "GD2")]
    made = [json.loads(reply.body)["key"] for reply in replies]

    kept = [RepeatItem.get(item.id) for item in RepeatItem.scan()]

    assert len(made) == 2
    assert len(kept) >= 2
    for item in (one for one in kept if one.reply is not None):
        assert not any(one.encode() in item.reply for one in made)
        with pytest.raises(zlib.error):
            zlib.decompress(item.reply)


@pytest.mark.parametrize("whose", ["unit", "member"])
def test_of_keys_replaced_at_once_one_is_new(campaign: str, key: str, whose: str) -> None:
    """Whoever was too late is told so: the key that they replaced isn't the one that they saw."""
    key = stage.secretariat_key()
    member = stage.new_member()[0].id
    path, names = {
        "unit": ("/api/v1/units/{unit}/key", {"unit": "u1"}),
        "member": ("/api/v1/members/{member}/key", {"member": member}),
    }[whose]
    rotate_key(campaign, "u1", 1, "test")

    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: post(path, None, campaign, key, None, **names), range(8)))

    done = [json.loads(reply.body)["key"] for reply in replies if reply.status < 300]
    refused = [slug(reply) for reply in replies if reply.status >= 300]
    assert set(refused) <= {"overtaken"}
    working = [one for one in done if keys.find(key_hash(one.replace("-", ""))) is not None]
    assert len(working) == 1
