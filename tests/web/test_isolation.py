"""One unit's key never shows or changes anything of another unit, whatever path, id, case or encoding is tried.

Generated over all routes of `app.py`: a route that is added is tried too.
"""

import io
import json
import zipfile
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, unquote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app import app
from chalicelib.access.domain.roles import Act
from chalicelib.access.usecases import sessions
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import normalised
from tests.web.raw import Raw, ask
from tests.web.route_rules import ANYBODY, EITHER, RULES, UNIT
from tests.web.two_units import OTHER, OWN, TwoUnits, make_two_units

ROUTES = sorted((method, path) for path, methods in app.routes.items() for method in methods)
QUERIES = (
    "version",
    "unit",
    "campaign",
    "code",
    "link",
    "export",
    "page",
    "limit",
    "by",
    "q",
    "show",
    "sort",
    "owner",
    "key",
)
FORMS = ("link", "label", "unit", "code", "campaign", "member", "name", "material", "confirmed", "present", "channel")
ACTS = sorted({rule.form for rules in RULES.values() for rule in rules})
ENDINGS = ("", "%00", "%20", "/", "%2f", "%2e%2e%2f", "%3f", "#", ".", "%0a", "%ef%bc%8f", ";", "%E2%80%8B", "+")


@dataclass(frozen=True)
class Attempt:
    """What a unit tries on a route."""

    target: str
    headers: dict[str, str]
    body: bytes


@pytest.fixture(scope="module")
def two(engine: str) -> TwoUnits:
    """The two units, their campaign being the current one."""
    return make_two_units()


@pytest.fixture(scope="module")
def untouched(two: TwoUnits) -> tuple[object, ...]:
    """All that isn't the unit's to change, before it tries."""
    return two.state()


def names_of(two: TwoUnits) -> dict[str, list[str]]:
    """What may stand for each name in a path, a query or a form: mostly what is the other unit's."""
    every = [OTHER, OTHER.upper(), two.other_link, two.campaign, f"{two.campaign}#{OTHER}", two.export, "*", "~"]
    known = {
        "code": [two.other_link, two.other_link.lower(), f"{two.other_link[:4]}-{two.other_link[4:]}"],
        "link": [two.other_link, two.other_link.lower(), two.own_link],
        "unit": [OTHER, OTHER.upper(), OWN, f"{OTHER}\0", f"{OWN}#{OTHER}"],
        "campaign": [two.campaign, two.campaign.upper(), f"{two.campaign}.final"],
        "export": [two.export, two.export.lower(), f"{two.campaign}.final"],
        "name": ["responses.csv.gz", "manifest.json", f"../{two.export}/responses.csv.gz"],
        "limit": ["500"],
        "page": ["1", "2"],
        "by": ["hour", "day"],
        "material": [two.poster, two.foreign_material],
        "version": ["1", "2"],
        "confirmed": ["1"],
        "edition": ["public"],
    }
    return {
        name: [*known.get(name, []), *every] for name in {*known, *QUERIES, *FORMS, "recount", "member", "material"}
    }


@st.composite
def encoded(draw: st.DrawFn, value: str) -> str:
    """A path segment: as it is, in another case, percent-encoded once or twice, with something behind it."""
    cased = draw(st.sampled_from([value, value, value.lower(), value.upper(), value.swapcase()]))
    once = draw(st.sampled_from([quote(cased, safe=""), quote(cased, safe=""), _all_encoded(cased)]))
    whole = draw(st.sampled_from([once, once, quote(once, safe="")]))
    return whole + draw(st.sampled_from(["", "", "", *ENDINGS]))


@st.composite
def attempts(draw: st.DrawFn, method: str, path: str, two: TwoUnits) -> Attempt:
    """A request with the unit's own key, or its session, or both; every second one asks plainly."""
    names, plain = names_of(two), draw(st.booleans())

    def some(name: str) -> str:
        values = names.get(name) or names["unit"]
        return values[0] if plain else draw(st.sampled_from(values))

    segments = [
        (quote(some(part[1:-1])) if plain else draw(encoded(some(part[1:-1]))))
        if part.startswith("{")
        else (part if plain else draw(cased(part)))
        for part in path.split("/")
    ]
    asked = draw(st.lists(st.sampled_from(QUERIES), max_size=3)) + (["unit"] if plain else [])
    query = urlencode([(name if plain else draw(cased(name)), some(name)) for name in asked])
    token = sessions.sign_in(two.key, now_ms())[0]
    headers = draw(st.sampled_from([_by_key(two.key), _by_session(token), _by_key(two.key) | _by_session(token)]))
    target = "/".join(segments) + (f"?{query}" if query else "")
    if method == "GET":
        return Attempt(target, headers, b"")
    chosen = FORMS if plain else draw(st.lists(st.sampled_from(FORMS), max_size=5, unique=True))
    fields = {name: some(name) for name in chosen}
    if path.startswith("/api/"):
        return Attempt(target, headers | {"content-type": "application/json"}, json.dumps(fields).encode())
    acts = [rule.form for rule in RULES.get((method, path), ())]
    fields |= {"act": draw(st.sampled_from(acts if plain and acts else ACTS)), "_csrf": sessions.csrf_token(token)}
    return Attempt(target, headers | _FORM, urlencode(fields).encode())


def cased(word: str) -> st.SearchStrategy[str]:
    """A word of a path or query, seldom in another case."""
    return st.sampled_from([word, word, word, word, word, word.upper(), word.title()])


@pytest.mark.parametrize(("method", "path"), ROUTES)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_unit_never_gets_at_another(
    two: TwoUnits, untouched: tuple[object, ...], method: str, path: str, data: st.DataObject
) -> None:
    """No figure, link, name, kit, export, contact or log of the other unit is shown, and nothing of it is changed."""
    attempt = data.draw(attempts(method, path, two))

    reply = ask(method, attempt.target, attempt.headers, attempt.body)

    assert reply.status < 500
    if path.endswith("/poster") and reply.status == 200:
        asked = parse_qs(attempt.target.partition("?")[2])["link"][-1]
        assert normalised(asked) == two.own_link
    shown = marks_in(reply, two)
    if two.other_link not in _said(attempt):
        assert two.other_link.encode() not in reply.body
    if shown:  # a link's public page names its unit; the key must add nothing to it
        bare = {name: value for name, value in attempt.headers.items() if name not in {"x-api-key", "cookie"}}
        shown -= marks_in(ask(method, attempt.target, bare, attempt.body), two)
    assert shown == set()
    assert method == "GET" or two.state() == untouched


def marks_in(reply: Raw, two: TwoUnits) -> set[bytes]:
    """What of the other unit stands in an answer; archives are opened."""
    contents = [reply.body, "".join(reply.headers.values()).encode()]
    if reply.body.startswith(b"PK"):
        archive = zipfile.ZipFile(io.BytesIO(reply.body))
        contents += [archive.read(name) for name in archive.namelist()]
    return {mark for mark in two.marks for content in contents if mark in content}


@pytest.mark.parametrize(("method", "path"), [route for route in ROUTES if isinstance(RULES[route][0].opens, Act)])
def test_no_route_of_the_secretariats_opens_to_a_unit(two: TwoUnits, method: str, path: str) -> None:
    """By key 403 (or 401); by session 403, or the door that asks for another key, and nothing else."""
    names = names_of(two)
    target = "/".join(names.get(part[1:-1], [OTHER])[0] if part.startswith("{") else part for part in path.split("/"))
    token = sessions.sign_in(two.key, now_ms())[0]

    for headers in (_by_key(two.key), _by_session(token)):
        kind = {"content-type": "application/json"} if path.startswith("/api/") else _FORM
        kind = {"content-type": "text/csv"} if path.startswith("/api/") and path.endswith("/import") else kind
        reply = ask(method, target, headers | ({} if method == "GET" else kind), b"" if method == "GET" else b"{}")
        if path.startswith("/api/"):
            assert reply.status in {401, 403}
        else:
            assert reply.status in {401, 403, 415} or (b'name="key"' in reply.body and b"_csrf" not in reply.body)


@pytest.mark.parametrize(("method", "path"), [route for route in ROUTES if RULES[route][0].opens in {UNIT, EITHER}])
def test_what_is_a_units_own_opens_to_it(two: TwoUnits, method: str, path: str) -> None:
    """The other side of the proof: with its own ids the same requests go through."""
    if method != "GET":
        return
    known = {"{code}": two.own_link, "{unit}": OWN, "{material}": two.poster, "{campaign}": two.campaign}
    target = "/".join(known.get(part, part) for part in path.split("/"))
    target += f"?link={two.own_link}" if path.endswith("/poster") else ""

    reply = ask("GET", target, _by_key(two.key) | _by_session(sessions.sign_in(two.key, now_ms())[0]))

    is_bare = path.startswith("/desk") and "{campaign}" not in path
    assert reply.status == (303 if is_bare else 200)
    assert marks_in(reply, two) == set()


@pytest.mark.parametrize("path", [path for _, path in ROUTES if "/links/{code}" in path])
def test_only_own_codes_are_drawn(two: TwoUnits, path: str) -> None:
    """In any spelling of the other's code."""
    code = two.other_link
    for spelling in (code, code.lower(), f"{code[:4]}-{code[4:]}", _all_encoded(code), f"%20{code}"):
        assert ask("GET", path.replace("{code}", spelling), _by_key(two.key)).status in {403, 404, 405}
    assert normalised(code) == code


def test_open_routes_are_few() -> None:
    """Whoever opens a route to anybody has to say so here too."""
    opened = {path for (_, path), rules in RULES.items() if rules[0].opens == ANYBODY}
    opened -= {"/desk/link"}  # asks for a one-time link, and tells nobody whether there will be one

    assert not any(
        word in path for path in opened for word in ("unit", "secretariat", "desk", "export", "kit", "count")
    )


_FORM = {"content-type": "application/x-www-form-urlencoded"}


def _by_key(key: str) -> dict[str, str]:
    return {"x-api-key": key}


def _by_session(token: str) -> dict[str, str]:
    return {"cookie": f"minsheng_session={token}", "x-csrf-token": sessions.csrf_token(token)}


def _all_encoded(value: str) -> str:
    return "".join(f"%{byte:02X}" for byte in value.encode())


def _said(attempt: Attempt) -> str:
    """What the request itself says, so that an answer may repeat it: in capitals, decoded twice."""
    return normalised(unquote(unquote(attempt.target + attempt.body.decode())))
