"""Who asks is known before what they send is read: strangers cost next to nothing, whatever they send."""

import json
import time
from collections.abc import Iterator

import pytest

from app import app
from chalicelib.access.usecases import sessions
from chalicelib.kernel.clock import now_ms
from chalicelib.web.desk import upload
from tests import stage
from tests.web.test_api import call as api_call
from tests.web.test_sessions import Reply, call

MULTIPART = "multipart/form-data; boundary=b"
LARGE = 2_000_000
MOST_CPU_S = 0.25


def form(head: bytes) -> bytes:
    """A form of one part with this head."""
    return b"--b\r\nContent-Disposition: " + head + b"\r\n\r\nx\r\n--b--\r\n"


HOSTILE = {
    "semicolons": (MULTIPART, form(b";" * LARGE)),
    "continued parameters": (MULTIPART, form(b"form-data" + b"".join(b"; name*%d*=x" % n for n in range(150_000)))),
    "parts": (MULTIPART, b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' * 40_000 + b"--b--\r\n"),
    "headers": (MULTIPART, b"--b\r\n" + b"X-A: b\r\n" * 200_000 + b"\r\nx\r\n--b--\r\n"),
    "nested": (MULTIPART, b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n" * 20_000),
    "no boundary": ("multipart/form-data; boundary=" + "=" * 60_000, b"--b--\r\n"),
    "fields": ("application/x-www-form-urlencoded", b"a&" * 32_000),
    "escapes": ("application/x-www-form-urlencoded", b"a=" + b"%25" * 21_000),
    "deep": ("application/json", b"[" * 60_000),
    "digits": ("application/json", b'{"a": ' + b"1" * 60_000 + b"}"),
    "repeated": ("application/json", json.dumps({"a" * n: n for n in range(340)}).encode()),
    "table": ("text/csv", b"a," * 1_000_000),
}
ROUTES = sorted(
    (method, path) for path, methods in app.routes.items() for method in methods if method not in {"GET", "HEAD"}
)


@pytest.fixture(scope="module", autouse=True)
def prepared(engine: str) -> Iterator[None]:
    """A campaign, so that pages have something to show."""
    before = stage.campaign_ids()
    stage.prepare()
    stage.make_link(stage.make_campaign())
    yield
    stage.remove_campaigns(before)


def parameters(path: str) -> dict[str, str] | None:
    """Something in each place of a path."""
    names = [part[1:-1] for part in path.split("/") if part.startswith("{")]
    return dict.fromkeys(names, "x") or None


def spent(method: str, path: str, kind: str, body: bytes) -> tuple[Reply, float]:
    """The answer to a stranger, and what it took of the processor."""
    began = time.thread_time()
    reply = call(method, path, body=body, headers={"content-type": kind}, parameters=parameters(path))
    return reply, time.thread_time() - began


@pytest.mark.parametrize("what", HOSTILE)
def test_no_route_works_for_a_stranger(what: str, caplog: pytest.LogCaptureFixture) -> None:
    """Every route that takes a body, with every hostile one: refused or asked for a key, never read through."""
    kind, body = HOSTILE[what]

    for method, path in ROUTES:
        reply, took = spent(method, path, kind, body)
        assert reply.status < 500, (method, path)
        assert took < MOST_CPU_S, (method, path, took)

    assert not [record for record in caplog.records if record.exc_info]


@pytest.mark.parametrize("what", [name for name, (kind, _) in HOSTILE.items() if kind == MULTIPART])
def test_a_form_costs_little_behind_the_door_too(what: str) -> None:
    """A member of the secretariat sends it, and is told that it can't be read."""
    token = sessions.sign_in(stage.secretariat_key(), now_ms())[0]
    meant = {"_csrf": [sessions.csrf_token(token)]}
    kind, body = HOSTILE[what]

    began = time.thread_time()
    reply = call("POST", "/secretariat/import", token, body=body, headers={"content-type": kind}, query=meant)

    assert reply.status == 400
    assert time.thread_time() - began < MOST_CPU_S


def test_an_upload_without_its_token_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor one with another session's: another site's page could have sent it."""
    token, other = (sessions.sign_in(stage.secretariat_key(), now_ms())[0] for _ in range(2))
    monkeypatch.setattr(upload, "MultipartParser", None)
    kind, body = MULTIPART, form(b'form-data; name="_csrf"')

    for query in (None, {"_csrf": [""]}, {"_csrf": [sessions.csrf_token(other)]}):
        reply = call("POST", "/secretariat/import", token, body=body, headers={"content-type": kind}, query=query)
        assert reply.status == 403


@pytest.mark.parametrize("path", ["/api/v1/tickets", "/api/v1/responses"])
@pytest.mark.parametrize(
    ("headers", "size", "status", "slug"),
    [
        ({"content-type": "text/plain"}, 9, 415, "unsupported-media-type"),
        ({"content-type": ""}, 9, 415, "unsupported-media-type"),
        ({"content-type": "text/plain"}, 70_000, 413, "too-large"),
        ({"content-type": "text/plain", "sec-fetch-site": "cross-site"}, 9, 415, "unsupported-media-type"),
        ({"content-type": "application/json", "sec-fetch-site": "cross-site"}, 9, 403, "cross-site"),
        ({"content-type": "application/json; charset=utf-8"}, 9, 400, "malformed-request"),
        ({"content-type": "application/json", "sec-fetch-site": "same-origin"}, 9, 400, "malformed-request"),
        ({"content-type": "Application/JSON"}, 9, 400, "malformed-request"),
    ],
)  # fmt: skip
def test_a_netizens_post_is_json_from_our_own_page(
    path: str, headers: dict[str, str], size: int, status: int, slug: str
) -> None:
    """Size, then media type, then site, then JSON: any other page could have its visitors send a text."""
    reply = api_call("POST", path, b"x" * size, headers=headers)

    assert reply.status == status
    assert reply.body["type"].endswith(slug)
