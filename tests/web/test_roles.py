"""Roles of the secretariat's members: on every route, each role may do what the table says and nothing more."""

import json
from collections.abc import Iterator
from enum import StrEnum
from itertools import product
from typing import Any

import pytest

from app import app
from chalicelib.access.domain.roles import ROLES, Act, Rank, may, who_may
from chalicelib.access.store import keys
from chalicelib.access.usecases import sessions
from chalicelib.campaigns.current import current
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import key_hash
from tests import stage
from tests.web.route_rules import EITHER, RULES, Rule
from tests.web.test_sessions import Reply, call

OFFICE = [
    (method, path, rule)
    for (method, path), rules in RULES.items()
    for rule in rules
    if isinstance(rule.opens, Act) or rule.opens == EITHER
]
BODIES = {"/api/v1/units/import": ("text/csv", "名称\n"), "/api/v1/supporters/import": ("text/csv", "名称\n")}


def ask(method: str, path: str, rule: Rule, key: str, values: dict[str, str]) -> Reply:
    """A request to this route that says as little as it may: who asks is looked at first."""
    parameters = {name: value for name, value in values.items() if f"{{{name}}}" in path} or None
    if path.startswith("/api/"):
        kind, body = BODIES.get(path, ("application/json", "{}"))
        sent: dict[str, Any] = {"body": body.encode() if kind == "text/csv" else body} if method != "GET" else {}
        headers = {"x-api-key": key, "content-type": kind}
        return call(method, path, parameters=parameters, headers=headers, query={"unit": ["u1"]}, **sent)
    token = sessions.sign_in(key, now_ms())[0]
    if method == "GET":
        return call("GET", path, token, parameters=parameters)
    form = {"_csrf": sessions.csrf_token(token), "act": rule.form}
    if path.rpartition("/")[2] in {"import", "materials", "questionnaires"}:
        return _upload(path, token, form, parameters)
    return call("POST", path, token, form, parameters=parameters)


def _upload(path: str, token: str, form: dict[str, str], parameters: dict[str, str] | None) -> Reply:
    parts = [f'--x\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in form.items()]
    body = "".join([*parts, "--x--\r\n"]).encode()
    kind = {"content-type": "multipart/form-data; boundary=x"}
    return call("POST", path, token, body=body, headers=kind, query={"_csrf": [form["_csrf"]]}, parameters=parameters)


def test_every_route_has_a_rule() -> None:
    """A new route says who may use it, or this fails."""
    served = {(method, path) for path, methods in app.routes.items() for method in methods}

    assert served == set(RULES)


@pytest.mark.parametrize(
    ("method", "path", "rule", "rank"),
    [(*route, rank) for route, rank in product(OFFICE, Rank)],
    ids=lambda value: value.form or "-" if isinstance(value, Rule) else str(value),
)
def test_a_member_does_what_their_role_allows(method: str, path: str, rule: Rule, rank: Rank) -> None:
    """And learns otherwise which role it takes (403)."""
    code, campaign = stage.make_link(), current(now_ms()).id
    act = rule.opens if isinstance(rule.opens, Act) else rule.member
    unknown = dict.fromkeys(("export", "recount", "member", "mail", "name", "order", "kind", "size"), "none")
    values = {
        "code": code,
        "unit": "u1",
        "campaign": "nobody-s" if path.startswith("/api/") else campaign,
        "material": "none",
        "edition": "public",
        "version": "2026.1",
        **unknown,
    }

    reply = ask(method, path, rule, stage.member_key(rank), values)

    if may(rank, act):
        assert reply.status not in {401, 403}, reply.body
        assert 'name="key"' not in reply.body
        return
    assert reply.status == 403
    if path.startswith("/api/"):
        said = json.loads(reply.body)
        assert said["type"].endswith("/not-yours")
        assert said["detail"].endswith(f" {who_may(act)[0]}")
    else:
        assert {"operator": "操作员", "administrator": "管理员"}[who_may(act)[0]] in reply.body


def test_the_roles_are_as_agreed() -> None:
    """A reader changes nothing; an operator neither window nor keys nor members; an administrator does everything."""
    allowed = {rank: {act for act in Act if may(rank, act)} for rank in Rank}

    assert allowed[Rank.READER] == {Act.LOOK}
    assert allowed[Rank.ADMINISTRATOR] == set(Act)
    kept = {Act.CAMPAIGN, Act.KEYS, Act.RECOUNTS, Act.UNSEAL, Act.PUBLISH, Act.MEMBERS}
    assert allowed[Rank.OPERATOR] == set(Act) - kept


def test_every_act_is_somebody_s() -> None:
    """Else nobody could be named to those who are refused."""
    assert set(ROLES) == set(Rank)
    assert [act for act in Act if not who_may(act)] == []


@pytest.fixture
def authority_key(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A key of a role that doesn't exist, off the ladder: it may order exports, and not even look at anything else."""
    ranks = StrEnum("Rank", {rank.name: rank.value for rank in Rank} | {"AUTHORITY": "authority"})  # type: ignore[misc]
    monkeypatch.setattr(keys, "Rank", ranks)
    monkeypatch.setitem(ROLES, "authority", frozenset({Act.EXPORTS}))  # type: ignore[misc]
    key = stage.member_key("authority")  # type: ignore[arg-type]
    yield key
    keys.KeyItem(key_hash(key)).delete()  # nobody else knows that role


def test_a_role_off_the_ladder_may_do_its_act_alone(authority_key: str) -> None:
    """On every route of the secretariat's; and whoever lacks its act is told of it too.

    What units see as well asks members for no act yet: it rests on every role there is being allowed to look.
    """
    opened = set()
    for method, path, rule in OFFICE:
        if rule.opens == EITHER and rule.member is Act.LOOK:
            continue
        values = dict.fromkeys(
            ("export", "recount", "member", "mail", "name", "order", "kind", "material", "campaign", "size"), "none"
        )
        named = {"code": stage.make_link(), "unit": "u1", "edition": "public", "version": "2026.1"}
        named |= {} if path.startswith("/api/") else {"campaign": current(now_ms()).id}
        reply = ask(method, path, rule, authority_key, values | named)
        if reply.status not in {401, 403}:
            opened.add(rule.opens if isinstance(rule.opens, Act) else rule.member)

    assert opened == {Act.EXPORTS}
    assert who_may(Act.EXPORTS) == (Rank.OPERATOR, Rank.ADMINISTRATOR, "authority")


@pytest.mark.parametrize("rank", Rank)
def test_pages_offer_only_what_the_role_may_do(rank: Rank) -> None:
    """What would be refused isn't there to press."""
    stage.make_link(stage.make_campaign())
    token = sessions.sign_in(stage.member_key(rank), now_ms())[0]

    unit = call("GET", "/secretariat/units/{unit}", token, parameters={"unit": "u1"}).body
    campaign = call("GET", "/secretariat/campaign", token).body
    exports = call("GET", "/secretariat/exports", token).body

    offered = {
        Act.LINKS: 'value="issue"' in unit,
        Act.KEYS: 'value="rotate"' in unit,
        Act.CAMPAIGN: 'secretariat/new"' in campaign,
        Act.EXPORTS: 'value="order"' in exports,
        Act.UNITS: '/units"' in call("GET", "/secretariat", token).body,
    }
    assert offered == {act: may(rank, act) for act in offered}


def test_keys_from_before_there_were_roles_are_administrators() -> None:
    """The demonstration's is one of them."""
    key = stage.secretariat_key()

    reply = call("PUT", "/api/v1/campaigns/{campaign}", parameters={"campaign": "none"}, body={},
                 headers={"x-api-key": key})  # fmt: skip

    assert reply.status == 422
