"""Sessions at the desks' doors: who gets in, who doesn't, and that nothing changes without the session's own token."""

import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest

from app import app
from chalicelib.access.domain.session import IDLE_MS, LASTS_MS, Session, seal
from chalicelib.access.store import keys, open_sessions
from chalicelib.access.usecases import sessions
from chalicelib.associations.store import units
from chalicelib.associations.usecases.register_units import rotate_key
from chalicelib.campaigns import campaigns
from chalicelib.kernel import signed
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import key_hash, new_key
from chalicelib.kernel.gateways.secrets import add_ticket_key, ticket_keys
from chalicelib.kernel.instants import to_ms
from chalicelib.kernel.settings import settings
from chalicelib.kernel.store import audit
from chalicelib.links.store import links
from infra.drills.events import api_event, lambda_context
from tests import stage
from tests.web.naming import in_campaign

FORM = "application/x-www-form-urlencoded"
FORGERIES = [
    "nothing",
    "garbage",
    "not ASCII",
    "unsigned",
    "longer",
    "another's",
    "own secret",
    "unknown secret",
    "never opened",
    "of an earlier release",
    "the csrf token",
    "expired",
    "huge",
    "the key",
]
PAGES = ["", "/campaign", "/units", "/units/{unit}", "/import", "/exports", "/audit"]


@dataclass(frozen=True)
class Reply:
    """An answer, its header names in lower case."""

    status: int
    headers: Mapping[str, str]
    body: str


def call(method: str, resource: str, token: str = "", form: Mapping[str, str] | None = None, **event: Any) -> Reply:
    """A request as API Gateway sends it, with a session's cookie and a form where they are given."""
    if form is None or "key" not in form:
        resource, event = in_campaign(method, resource, event)
    headers = dict(event.pop("headers", {}))
    if token:
        headers["cookie"] = f"theme=dark; minsheng_session={token}"
    if form is not None:
        event["body"] = urlencode(form)
        headers.setdefault("content-type", FORM)
    answer = app(api_event(method, resource, headers=headers, **event), lambda_context())
    return Reply(answer["statusCode"], {n.lower(): v for n, v in answer["headers"].items()}, answer["body"])


def is_door(reply: Reply) -> bool:
    """Whether this is the form that asks for a key, and nothing else."""
    return 'name="key"' in reply.body and "_csrf" not in reply.body


@pytest.fixture
def campaign() -> str:
    """An open campaign with a unit, which is the current one."""
    return stage.make_campaign(plan=8)


@pytest.fixture
def unit_key(campaign: str) -> str:
    """The unit's key."""
    return rotate_key(campaign, "u1", now_ms(), "test")


@pytest.fixture
def unit_session(unit_key: str) -> str:
    """A session of the unit's."""
    return sessions.sign_in(unit_key, now_ms())[0]


@pytest.fixture(scope="module")
def secretariat_key() -> str:
    """A key of the secretariat."""
    key = new_key()
    keys.give_secretariat(key)
    return key


@pytest.fixture
def secretariat_session(secretariat_key: str) -> str:
    """A session of the secretariat's."""
    return sessions.sign_in(secretariat_key, now_ms())[0]


def test_a_key_opens_a_session(unit_key: str) -> None:
    """A right key, however it is typed, leads on with a cookie that scripts and other sites never see."""
    reply = call("POST", "/desk", form={"key": f" {unit_key.lower().replace('-', '')} "})

    assert (reply.status, reply.headers["location"]) == (303, "desk")
    cookie = re.fullmatch(r"minsheng_session=(\S+); (.*)", reply.headers["set-cookie"])
    assert cookie is not None
    token, attributes = cookie.groups()
    assert attributes == "Path=/; Max-Age=28800; HttpOnly; SameSite=Strict"
    assert stage.UNIT_NAME in call("GET", "/desk", token).body


@pytest.mark.parametrize("base_url", ["https://survey.example/api", "https://survey.cn", "http://192.0.2.7:8000"])
def test_off_this_machine_the_cookie_is_secure(unit_key: str, base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A browser sends it over TLS alone, and under the stage's prefix."""
    monkeypatch.setattr(
        "chalicelib.web.rim.session.settings", lambda: settings().model_copy(update={"base_url": base_url})
    )

    cookie = call("POST", "/desk", form={"key": unit_key}).headers["set-cookie"]

    assert cookie.endswith("; SameSite=Strict; Secure")
    assert f"Path={'/api/' if base_url.endswith('api') else '/'};" in cookie
    assert cookie.startswith("__Host-") == base_url.endswith(".cn")


@pytest.mark.parametrize("key", ["", "x", "x" * 500, "密钥", "2222-2222-2222-2222-2222-2222"])
def test_a_wrong_key_is_asked_for_again(key: str) -> None:
    """Without a cookie, and without giving the key back."""
    reply = call("POST", "/secretariat", form={"key": key})

    assert reply.status == 401
    assert is_door(reply)
    assert "set-cookie" not in reply.headers
    assert not key or f'value="{key}"' not in reply.body


def test_a_key_leads_to_its_own_desk(unit_key: str, secretariat_key: str) -> None:
    """Somebody who signs in at the wrong desk is led to the right one."""
    assert call("POST", "/secretariat", form={"key": unit_key}).headers["location"] == "desk"
    assert call("POST", "/desk", form={"key": secretariat_key}).headers["location"] == "secretariat"


def test_a_member_who_signs_in_is_in_the_log() -> None:
    """By name."""
    member, key = stage.new_member()

    call("POST", "/secretariat", form={"key": key})

    latest = next(one for one in audit.newest(audit.OFFICE, 50) if one["action"] == "member.sign-in")
    assert (latest["who"], latest["subject"]) == (member.who, member.id)


@pytest.mark.parametrize("after", ["https://evil.example/", "//evil.example", "desk/../../x", "javascript:alert(1)"])
def test_a_sign_in_leads_nowhere_else(unit_key: str, after: str) -> None:
    """Only to a page of a desk."""
    assert call("POST", "/desk", form={"key": unit_key, "after": after}).headers["location"] == "desk"


def test_a_sign_in_leads_to_what_was_asked_for(secretariat_key: str) -> None:
    """The page that a mail links to asks for the key, and is there once it is given."""
    asked = call("GET", "/exports/{export}", parameters={"export": "abc.final"}, query={"lang": ["en"]})
    assert is_door(asked)
    assert 'name="after" value="exports/abc.final"' in asked.body

    reply = call("POST", "/secretariat", form={"key": secretariat_key, "after": "exports/abc.final"})

    assert reply.headers["location"] == "exports/abc.final"


@pytest.mark.parametrize(
    "says",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "http://other.example:8000"},
        {"origin": "https://evil.example", "host": "127.0.0.1:8000"},
        {"origin": "null", "host": "127.0.0.1:8000"},
        {"origin": "http://127.0.0.1:8001"},
        {"origin": "not an origin"},
    ],
)
def test_another_site_signs_nobody_in(unit_key: str, says: dict[str, str]) -> None:
    """Else a page could have its visitors label links, or trust figures, of a unit that isn't theirs."""
    reply = call("POST", "/desk", form={"key": unit_key}, headers=says)

    assert is_door(reply)
    assert reply.status == 403
    assert "其他网站" in reply.body
    assert "set-cookie" not in reply.headers


@pytest.mark.parametrize(
    "says",
    [
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none", "origin": "null"},
        {"origin": settings().base_url},
        {"origin": "http://192.0.2.7:8000", "host": "192.0.2.7:8000"},
    ],
)
def test_our_own_form_signs_in(unit_key: str, says: dict[str, str]) -> None:
    """Whatever address the site is reached at, and with browsers that know no Fetch Metadata."""
    assert call("POST", "/desk", form={"key": unit_key}, headers=says).status == 303


@pytest.mark.parametrize(("base_url", "told"), [("https://survey.example", "max-age=31536000"), ("http://x.cn", None)])
def test_every_answer_says_how_it_is_to_be_taken(
    base_url: str, told: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As what it is called, and over TLS alone from now on where the site has it."""
    changed = settings().model_copy(update={"base_url": base_url})
    monkeypatch.setattr("chalicelib.web.rim.entry.settings", lambda: changed)

    for path in ("/desk", "/api/v1/counts", "/openapi.json"):
        headers = call("GET", path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers.get("strict-transport-security") == told


def _forged(unit_key: str) -> dict[str, str]:
    at_ms, hashed = now_ms(), key_hash(unit_key)
    good = sessions.sign_in(unit_key, at_ms)[0]
    signing = ticket_keys().signing
    return {
        "nothing": "-",
        "garbage": "a.b.c.d",
        "not ASCII": "k1.1.é.x",
        "unsigned": good.rpartition(".")[0],
        "longer": good.replace(str(at_ms + LASTS_MS), str(at_ms + 10 * LASTS_MS)),
        "another's": good.replace(hashed, key_hash(new_key())),
        "own secret": seal(Session(hashed, at_ms + LASTS_MS, "x"), signing, b"guess"),
        "unknown secret": seal(Session(hashed, at_ms + LASTS_MS, "x"), "k999", b"guess"),
        "never opened": seal(Session(hashed, at_ms + LASTS_MS, "x"), *ticket_keys().newest),
        "of an earlier release": signed.seal(signed.SESSION, f"{at_ms + LASTS_MS}.{hashed}", *ticket_keys().newest),
        "the csrf token": f"{good.rpartition('.')[0]}.{sessions.csrf_token(good)}",
        "expired": sessions.sign_in(unit_key, at_ms - LASTS_MS)[0],
        "huge": good + "0" * 5000,
        "the key": unit_key,
    }


@pytest.mark.parametrize("how", FORGERIES)
def test_a_forged_or_expired_session_opens_nothing(unit_key: str, how: str) -> None:
    """Neither the desk nor the API."""
    token = _forged(unit_key)[how]

    assert is_door(call("GET", "/desk", token))
    assert call("GET", "/api/v1/counts", token).status == 401


def test_a_session_ends_eight_hours_after_the_sign_in(unit_key: str) -> None:
    """To the millisecond, however much it is used."""
    began = now_ms()
    token = sessions.sign_in(unit_key, began)[0]
    ends = int(token.split(".")[1])
    assert ends == began + LASTS_MS

    for used_at in range(began + IDLE_MS // 2, ends, IDLE_MS // 2):
        assert not is_door(call("GET", "/desk", token, arrived_ms=used_at))
    assert not is_door(call("GET", "/desk", token, arrived_ms=ends - 1))
    assert is_door(call("GET", "/desk", token, arrived_ms=ends))


def test_a_session_that_nobody_uses_ends_after_two_hours(unit_key: str) -> None:
    """What a page asks for by itself is no use; a look at a page is, and a change by a script."""
    began, code = now_ms(), stage.make_link(stage.make_campaign())
    two_hours = 2 * stage.HOUR_MS

    def opened(*used: str) -> str:
        token = sessions.sign_in(unit_key, began)[0]
        for how in used:
            at: dict[str, Any] = {"arrived_ms": began + two_hours - 1}
            if how == "poll":
                assert call("GET", "/api/v1/counts", token, **at).status == 200
            elif how == "fresh":
                by_script = {"sec-fetch-dest": "empty"}
                assert not is_door(call("GET", "/desk", token, headers=by_script, **at))
            elif how == "look":
                assert not is_door(call("GET", "/desk", token, **at))
            else:
                csrf = {"x-csrf-token": sessions.csrf_token(token)}
                call("PATCH", "/api/v1/links/{code}", token, body={}, parameters={"code": code}, headers=csrf, **at)
        return token

    def is_open(token: str, at_ms: int) -> bool:
        return call("GET", "/api/v1/counts", token, arrived_ms=at_ms).status == 200

    assert is_open(opened(), began + two_hours - 1)
    assert not is_open(opened(), began + two_hours)
    assert not is_open(opened("poll", "fresh"), began + two_hours)
    assert is_open(opened("look"), began + 2 * two_hours - 2)
    assert not is_open(opened("look"), began + 2 * two_hours - 1)
    assert is_open(opened("script"), began + two_hours)


def test_that_a_session_is_used_is_written_every_five_minutes_at_most(unit_key: str) -> None:
    """However often it is."""
    began = now_ms()
    token = sessions.sign_in(unit_key, began)[0]

    seen = []
    for minutes in (1, 4, 5, 9, 10, 11):
        call("GET", "/desk", token, arrived_ms=began + minutes * 60_000)
        (opened,) = open_sessions.of_key(key_hash(unit_key), began)
        seen.append((opened.seen_at - began) // 60_000)

    assert seen == [0, 0, 5, 5, 10, 10]


def test_a_rotated_key_ends_its_sessions_at_once(campaign: str, unit_session: str) -> None:
    """At the desk and at the API, for looks and for changes."""
    assert call("GET", "/api/v1/counts", unit_session).status == 200

    rotate_key(campaign, "u1", now_ms(), "test")

    assert is_door(call("GET", "/desk", unit_session))
    assert is_door(call("POST", "/desk", unit_session, {"_csrf": sessions.csrf_token(unit_session), "act": "label"}))
    assert call("GET", "/api/v1/counts", unit_session).status == 401


def test_a_session_outlives_the_rotation_of_the_signing_key(unit_session: str) -> None:
    """The secretariat may rotate what signs tickets and sessions without sending everybody to the door."""
    csrf = sessions.csrf_token(unit_session)

    add_ticket_key(now_ms())

    assert not is_door(call("GET", "/desk", unit_session))
    assert sessions.csrf_token(unit_session) == csrf


def test_signing_out_ends_the_session(unit_key: str, unit_session: str) -> None:
    """Of whoever has a copy of the cookie too, not of others with the key; it asks for the CSRF token like any act."""
    other = sessions.sign_in(unit_key, now_ms() + 1)[0]
    out = {"_csrf": sessions.csrf_token(unit_session), "act": "sign-out"}

    assert call("POST", "/desk", unit_session, out | {"_csrf": ""}).status == 403
    assert not is_door(call("GET", "/desk", unit_session))
    reply = call("POST", "/desk", unit_session, out)

    assert reply.headers["set-cookie"].startswith("minsheng_session=; Path=/; Max-Age=0;")
    assert is_door(call("GET", "/desk", unit_session))
    assert is_door(call("POST", "/desk", unit_session, out))
    assert call("GET", "/api/v1/counts", unit_session).status == 401
    assert not is_door(call("GET", "/desk", other))


def test_the_database_forgets_a_session_no_sooner_than_it_runs_out(unit_key: str) -> None:
    """And doesn't keep for ever that somebody was signed in."""
    token = sessions.sign_in(unit_key, now_ms())[0]
    _, expires_at, hashed, name, _ = token.split(".")

    gone_at = to_ms(open_sessions.SessionItem.get(hashed, name).gone_at)

    assert int(expires_at) <= gone_at < int(expires_at) + stage.DAY_MS


@pytest.mark.parametrize("token", ["missing", "wrong", "another session's"])
def test_a_change_needs_the_sessions_own_token(campaign: str, unit_key: str, unit_session: str, token: str) -> None:
    """By form and by script; nothing is changed, nothing noted."""
    code = stage.make_link(campaign)
    other = sessions.sign_in(unit_key, now_ms() - 1)[0]
    given = {"missing": "", "wrong": "0" * 64, "another session's": sessions.csrf_token(other)}[token]

    form = call("POST", "/desk", unit_session, {"_csrf": given, "act": "label", "link": code, "label": "x"})
    script = call(
        "PATCH", "/api/v1/links/{code}", unit_session, body={"label": "x"}, parameters={"code": code},
        headers={"x-csrf-token": given},
    )  # fmt: skip

    assert (form.status, script.status) == (403, 403)
    assert links.read(code).label == ""
    assert [entry for entry in audit.newest(campaign, 10) if entry["action"] == "link.label"] == []


def test_a_change_with_the_token_is_made(campaign: str, unit_session: str) -> None:
    """By form, and by a script that sends it in a header."""
    code, csrf = stage.make_link(campaign), sessions.csrf_token(unit_session)

    form = call("POST", "/desk", unit_session, {"_csrf": csrf, "act": "label", "link": code, "label": "大厅"})
    assert (form.status, form.headers["location"], links.read(code).label) == (
        303,
        f"../desk/{campaign}#link-{code}",
        "大厅",
    )

    script = call(
        "PATCH", "/api/v1/links/{code}", unit_session, body={"label": "校门"}, parameters={"code": code},
        headers={"x-csrf-token": csrf},
    )  # fmt: skip
    assert (script.status, links.read(code).label) == (200, "校门")


def test_a_key_that_is_shown_beats_the_cookie(unit_session: str) -> None:
    """Who shows a wrong key is not let in by a session beside it."""
    assert call("GET", "/api/v1/counts", unit_session, headers={"x-api-key": "wrong"}).status == 401


@pytest.mark.parametrize("page", PAGES)
def test_a_unit_never_enters_the_secretariat(unit_session: str, page: str) -> None:
    """Neither looking nor acting, not even with its own CSRF token."""
    resource, parameters = f"/secretariat{page}", {"unit": "u1"} if "{" in page else None
    acts = {"_csrf": sessions.csrf_token(unit_session), "act": "rotate", "confirmed": "1"}
    before = len(audit.newest(campaigns.all_campaigns()[0].id, 1000))

    look = call("GET", resource, unit_session, parameters=parameters)
    assert is_door(look)
    if page not in {"/import", "/audit"}:
        assert is_door(call("POST", resource, unit_session, acts, parameters=parameters))

    assert len(audit.newest(campaigns.all_campaigns()[0].id, 1000)) == before


def test_the_secretariat_has_no_unit_s_desk(secretariat_session: str) -> None:
    """Its session asks for a unit's key there."""
    assert is_door(call("GET", "/desk", secretariat_session))
    assert call("GET", "/api/v1/counts", secretariat_session).status == 403


def test_a_unit_s_session_shows_and_changes_nothing_of_another(campaign: str, unit_session: str) -> None:
    """Neither names nor figures nor links, and no label."""
    stranger = units.read(campaign, "u1").model_copy(update={"code": "u2", "name": "别家协会", "association": None})
    units.item_of(stranger).save()
    other_campaign = stage.make_link()
    code = stage.make_link(campaign)
    mine = links.read(code)
    links.replace(mine, mine.model_copy(update={"unit": "u2", "channel": "别家海报"}))
    csrf = sessions.csrf_token(unit_session)

    here = {"campaign": campaign}
    page = call("GET", "/desk", unit_session, parameters=here)
    replies = [
        call(
            "POST",
            "/desk",
            unit_session,
            {"_csrf": csrf, "act": "label", "link": foreign, "label": "我的"},
            parameters=here,
        )
        for foreign in (code, other_campaign, code.lower())
    ]

    assert stage.UNIT_NAME in page.body
    assert all(word not in page.body for word in ("别家", code, other_campaign))
    assert [reply.status for reply in replies] == [403, 403, 403]
    assert links.read(code).label == links.read(other_campaign).label == ""
    qr = call("GET", "/api/v1/links/{code}/qr.svg", unit_session, parameters={"code": code})
    assert qr.status == 403


def test_pages_are_private_and_strict(unit_session: str) -> None:
    """Nobody keeps a copy, nobody frames them, not even where `?embed=1` is asked for; nothing foreign runs there."""
    reply = call("GET", "/desk", unit_session, query={"embed": ["1"]})

    assert reply.headers["cache-control"] == "private, no-store"
    policy = reply.headers["content-security-policy"]
    assert "frame-ancestors 'self'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy


def test_what_is_typed_is_never_markup(campaign: str, unit_session: str) -> None:
    """A label that looks like a script stays text."""
    code, csrf = stage.make_link(campaign), sessions.csrf_token(unit_session)

    call("POST", "/desk", unit_session, {"_csrf": csrf, "act": "label", "link": code, "label": "<script>x</script>"})

    assert "<script>x" not in call("GET", "/desk", unit_session).body


def test_a_damaged_form_is_refused(secretariat_session: str) -> None:
    """A form of another kind, and an upload that has no parts."""
    stage.make_campaign()
    assert call("POST", "/secretariat/units", secretariat_session, body={"a": 1}).status == 415
    upload = call(
        "POST", "/secretariat/import", secretariat_session, body=b64encode(b"nothing").decode(),
        headers={"content-type": "multipart/form-data; boundary=x"},
        query={"_csrf": [sessions.csrf_token(secretariat_session)]},
    )  # fmt: skip
    assert upload.status == 400


@pytest.mark.parametrize("name", ["", "a b", "ü", "taken"])
def test_a_new_campaign_takes_a_fresh_plain_id(campaign: str, secretariat_session: str, name: str) -> None:
    """A form that names an earlier campaign must not change it."""
    form = {"_csrf": sessions.csrf_token(secretariat_session), "id": campaign if name == "taken" else name}
    form |= {"title": "下一次", "opens_at": "2030-01-01T09:00", "closes_at": "2030-01-11T00:00", "schedule": "10:00"}

    refused = call("POST", "/secretariat/new", secretariat_session, form)
    made = call("POST", "/secretariat/new", secretariat_session, form | {"id": f"next-{campaign}"})

    assert refused.status == 422
    assert 'id="id-wrong"' in refused.body
    assert campaigns.read(campaign).title == stage.TITLE
    assert made.status == 303
    assert campaigns.read(f"next-{campaign}").digest_times == ("10:00",)
