"""Two people at once don't overwrite each other: what can be changed has an `ETag`, which a change may ask for."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from chalicelib.campaigns import campaigns
from chalicelib.gifts import gifts
from chalicelib.kernel.clock import now_ms
from tests import stage
from tests.web.test_sessions import Reply, call
from tests.web.visiting import Session

NEVER = '"0123456789abcdef"'


class Thing(NamedTuple):
    """What can be changed, and two bodies that change it."""

    method: str
    path: str
    names: dict[str, str]
    first: dict[str, Any]
    second: dict[str, Any]


def _member() -> str:
    return stage.new_member()[0].id


def _gifts(name: str) -> dict[str, Any]:
    return {"gifts": [{"name": name, "quantity": 1}]}


THINGS: dict[str, Callable[[str], Thing]] = {
    "campaign": lambda campaign: Thing(
        "PUT", "/api/v1/campaigns/{campaign}", {"campaign": campaign}, {"title": "甲"}, {"title": "乙"}
    ),
    "gifts": lambda _: Thing("PUT", "/api/v1/gifts", {}, _gifts("雨伞"), _gifts("水杯")),
    "contact": lambda _: Thing(
        "PUT", "/api/v1/units/{unit}/contact", {"unit": "u1"}, {"name": "林青"}, {"name": "王敏"}
    ),
    "link": lambda campaign: Thing(
        "PATCH", "/api/v1/links/{code}", {"code": stage.make_link(campaign)}, {"label": "大厅"}, {"label": "校门"}
    ),
    "member": lambda _: Thing(
        "PATCH", "/api/v1/members/{member}", {"member": _member()}, {"role": "operator"}, {"role": "administrator"}
    ),
}


@pytest.mark.parametrize("kind", THINGS)
def test_a_change_of_what_was_not_seen_is_refused(kind: str) -> None:
    """By the `ETag` of the look or of the last change; without one, a machine changes what there is."""
    stage.prepare()
    campaign = stage.make_campaign()
    thing = THINGS[kind](campaign)
    key = stage.secretariat_key()

    def ask(method: str, body: dict[str, Any] | None = None, match: str | None = None) -> Reply:
        headers = {"x-api-key": key} | ({"if-match": match} if match else {})
        query = None if "campaign" in thing.names else {"campaign": [campaign]}
        return call(method, thing.path, body=body, parameters=thing.names or None, headers=headers, query=query)

    looked = str(ask("GET").headers["etag"])
    first = ask(thing.method, thing.first, looked)
    assert (first.status, str(first.headers["etag"]) != looked) == (200, True)
    assert ask("GET").headers["etag"] == first.headers["etag"]

    for stale in (looked, f"W/{first.headers['etag']}", NEVER):
        late = ask(thing.method, thing.second, stale)
        said = json.loads(late.body)
        assert (late.status, said["type"].rpartition("/")[2]) == (412, "precondition-failed")
    assert ask("GET").headers["etag"] == first.headers["etag"]
    assert ask(thing.method, thing.second, f"{NEVER}, {first.headers['etag']}").status == 200
    assert ask(thing.method, thing.first, "*").status == 200
    assert ask(thing.method, thing.second).status == 200


def test_a_campaign_that_is_not_there_was_not_seen() -> None:
    """`If-Match` never makes one."""
    stage.prepare()
    body = {"title": "x", "opens_at": "2099-01-01T09:00:00+08:00", "closes_at": "2099-01-11T00:00:00+08:00"}
    headers = {"x-api-key": stage.secretariat_key(), "if-match": "*"}

    reply = call(
        "PUT", "/api/v1/campaigns/{campaign}", body=body, parameters={"campaign": f"fresh-{now_ms()}"}, headers=headers
    )

    assert reply.status == 412


def _seen(page: str, act: str) -> str:
    form = page.partition(f'name="act" value="{act}">')[2]
    return form.partition('name="seen" value="')[2].partition('"')[0]


def test_a_form_is_of_what_its_page_showed() -> None:
    """The second of two who opened it learns of the first; nothing is saved, not even after being asked once more."""
    stage.prepare()
    campaign, key = stage.make_campaign(), stage.secretariat_key()
    one, other = Session(key), Session(key)
    opened = one.get("/secretariat/{campaign}/gifts", campaign=campaign).body
    form = {"seen": _seen(opened, "gifts"), "name": "雨伞", "quantity": "9"}
    title = {"seen": _seen(one.get("/secretariat/{campaign}/campaign", campaign=campaign).body, "campaign")}
    assert len(form["seen"]) == len(title["seen"]) == 16

    assert other.post("/secretariat/{campaign}/gifts", form, campaign=campaign).status == 303
    late = one.post("/secretariat/{campaign}/gifts", form | {"name": "水杯"}, campaign=campaign)
    assert (late.status, "有人改过" in late.body) == (412, True)
    assert [gift.name for gift in gifts.read(campaign) or ()] == ["雨伞"]

    asked = one.post("/secretariat/{campaign}/campaign", title | {"title": "甲"}, campaign=campaign)
    assert title["seen"] in asked.body
    saved = title | {"title": "乙", "confirmed": "1"}
    assert other.post("/secretariat/{campaign}/campaign", saved, campaign=campaign).status == 303
    late = one.post("/secretariat/{campaign}/campaign", title | {"title": "甲", "confirmed": "1"}, campaign=campaign)
    assert (late.status, campaigns.read(campaign).title) == (412, "乙")
