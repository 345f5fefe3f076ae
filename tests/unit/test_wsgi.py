"""The gateway that the one-machine run puts before Chalice, driven over HTTP behind the real server."""

import gzip
import http.client
import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local import ROOT
from infra.local.ports import free_port, listen

_SERVE = """
import sys
from infra.local.server import Server
from infra.local.wsgi import ChaliceBehindWsgi
from tests.toy_app import app
Server(ChaliceBehindWsgi(app), listener=int(sys.argv[1]), workers=2).run()
"""


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a web server with two workers in front of the toy application."""
    number = free_port()
    with listen("127.0.0.1", number) as listener:
        argv = [sys.executable, "-c", _SERVE, str(listener.fileno())]
        process = subprocess.Popen(argv, cwd=ROOT, pass_fds=[listener.fileno()])
    yield number
    process.terminate()
    assert process.wait(10) == 0


class Reply:
    """A reply read whole."""

    def __init__(self, reply: http.client.HTTPResponse) -> None:
        self.status = reply.status
        self.headers = reply.headers
        self.body = reply.read()

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


def ask(port: int, method: str, path: str, body: bytes | None = None, **headers: str) -> Reply:
    """One request; `content_type=…` becomes `content-type: …`. Nothing is added but Host and Content-Length."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.putrequest(method, path, skip_accept_encoding=True)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if body is not None:
        sent.setdefault("content-length", str(len(body)))
    for name, value in sent.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    with connection.getresponse() as reply:
        answer = Reply(reply)
    connection.close()
    return answer


def say(port: int, text: bytes) -> bytes:
    """Sends raw bytes and returns everything that comes back until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(text)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received


def assert_problem(reply: Reply, status: int, slug: str) -> None:
    """The reply is a problem document whose type ends in `slug`."""
    assert (reply.status, reply.headers["Content-Type"]) == (status, "application/problem+json")
    assert reply.json["status"] == status
    assert reply.json["type"].endswith(slug)
    assert reply.json["title"]
    assert reply.json["detail"]


def test_a_request_arrives_as_api_gateway_would_send_it(port: int) -> None:
    """Path parameters stay encoded, queries keep all values, the peer and the instant of arrival are known."""
    before = time.time_ns() // 1_000_000

    reply = ask(port, "GET", "/echo/%E6%B0%91%2F1?a=1&a=2&b=%20&c", X_Api_Key="k")

    said = reply.json
    assert reply.headers["Content-Type"] == "application/json"
    assert said["name"] == "%E6%B0%91%2F1"
    assert said["query"] == {"a": ["1", "2"], "b": [" "], "c": [""]}
    assert said["headers"]["x-api-key"] == "k"
    assert said["context"]["identity"]["sourceIp"] == "127.0.0.1"
    assert before <= said["context"]["requestTimeEpoch"] <= time.time_ns() // 1_000_000


def test_the_instant_of_arrival_is_that_of_the_last_byte(port: int) -> None:
    """A client can't keep its place before the close by sending headers first and answers later."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(
            b"POST /echo/x HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\nab"
        )
        time.sleep(0.2)
        last_byte = time.time_ns() // 1_000_000
        connection.sendall(b"cd")
        reply = http.client.HTTPResponse(connection)
        reply.begin()

        assert json.load(reply)["context"]["requestTimeEpoch"] >= last_byte


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", '{"q": "民"}'.encode()),
        ("text/csv", b"\xef\xbb\xbf\x00\xff"),
        ("text/csv; charset=gbk", "民声".encode("gbk")),
        ("text/plain", b"\xff\xfe not UTF-8"),
    ],
)
def test_bodies_arrive_byte_for_byte(port: int, kind: str, body: bytes) -> None:
    """Text, binary types and text in a wrong encoding all reach the application as they were sent."""
    reply = ask(port, "POST", "/echo/x", body, content_type=kind)

    assert reply.json["body"].encode("latin-1") == body


def test_a_chunked_body_arrives_whole(port: int) -> None:
    """A body without a length is read to its end."""
    head = b"POST /echo/x HTTP/1.1\r\nHost: h\r\nContent-Type: text/plain\r\nConnection: close\r\n"

    received = say(port, head + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")

    assert b'"body":"abcde"' in received


def test_binary_replies_are_bytes_also_without_an_accept_header(port: int) -> None:
    """The base64 of Chalice's reply is undone, and no preference means any type."""
    reply = ask(port, "GET", "/image")

    assert (reply.status, reply.headers["Content-Type"]) == (200, "image/png")
    assert reply.body == b"\x89PNG\x00"


def test_larger_texts_are_compressed_for_who_takes_it(port: int) -> None:
    """gzip is used for texts from 1 KiB up, if accepted, and every header of several values is sent in full."""
    plain = ask(port, "GET", "/page/3000")
    packed = ask(port, "GET", "/page/3000", accept_encoding="br, gzip;q=0.8")
    refused = ask(port, "GET", "/page/3000", accept_encoding="gzip;q=0, identity")
    small = ask(port, "GET", "/page/300", accept_encoding="gzip")

    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body == ("民" * 1000).encode()
    assert int(packed.headers["Content-Length"]) == len(packed.body) < 200
    assert plain.headers["Vary"] == packed.headers["Vary"] == "Accept-Encoding"
    assert [plain.headers["Content-Encoding"], refused.headers["Content-Encoding"]] == [None, None]
    assert small.headers["Content-Encoding"] is None
    assert packed.headers.get_all("Set-Cookie") == ["a=1", "b=2"]


def test_head_is_answered_like_get_without_a_body(port: int) -> None:
    """Status and headers are those of GET."""
    got, asked = ask(port, "GET", "/page/3000"), ask(port, "HEAD", "/page/3000")

    assert (asked.status, asked.body) == (200, b"")
    assert asked.headers["Content-Length"] == got.headers["Content-Length"] == "3000"
    assert asked.headers["Content-Type"] == got.headers["Content-Type"]


def test_an_unchanged_reply_has_no_body_and_no_length(port: int) -> None:
    """304 carries its ETag and nothing else."""
    reply = ask(port, "GET", "/unchanged")

    assert (reply.status, reply.body, reply.headers["ETag"]) == (304, b"", '"v1"')
    assert reply.headers["Content-Length"] is None


@pytest.mark.parametrize("path", ["/nothing", "/", "//echo/x", "/echo/x/y", "/echo;/x", "/%65cho/x/", "http://h/none"])
def test_an_unknown_address_is_a_problem(port: int, path: str) -> None:
    """Where no route matches, the answer is 404, also for paths that a URL parser would read otherwise."""
    assert_problem(ask(port, "GET", path), 404, "not-found")


def test_an_unknown_address_with_odd_credentials_is_still_unknown(port: int) -> None:
    """Chalice quotes the Authorization header when it knows no route, and can't if that isn't ASCII."""
    assert_problem(ask(port, "GET", "/nothing", Authorization="Bearer é"), 404, "not-found")


def test_chalices_own_refusals_are_problems(port: int) -> None:
    """A wrong method names the right ones, a wrong type and an unforeseen error are reported, without its text."""
    method, kind, broken = (
        ask(port, "DELETE", "/echo/x"),
        ask(port, "POST", "/echo/x", b"<a/>", content_type="application/xml"),
        ask(port, "GET", "/broken"),
    )

    assert_problem(method, 405, "method-not-allowed")
    assert set(method.headers["Allow"].split(", ")) == {"GET", "POST", "PUT"}
    assert_problem(kind, 415, "unsupported-media-type")
    assert_problem(broken, 500, "internal-error")
    assert b"42" not in broken.body


@pytest.mark.parametrize(
    ("path", "size", "status"),
    [
        ("/echo/x", 64 * 1024, 200),
        ("/echo/x", 64 * 1024 + 1, 413),
        ("/echo/x", 50 * 1024 * 1024, 413),
        ("/api/v1/units/import", 100 * 1024, 404),
        ("/api/v1/units/import?dry_run=1", 10 * 1024 * 1024 + 1, 413),
    ],
)
def test_bodies_have_a_limit(port: int, path: str, size: int, status: int) -> None:
    """64 KiB, or 10 MiB for an upload; what is announced larger is refused at once."""
    reply = (
        ask(port, "POST", path, None, content_type="text/plain", content_length=str(size))
        if status == 413
        else ask(port, "POST", path, b"x" * size, content_type="text/plain")
    )

    assert reply.status == status
    if status == 413:
        assert_problem(reply, 413, "too-large")


def test_a_client_that_sends_too_much_still_reads_the_refusal(port: int) -> None:
    """The refusal isn't lost in a reset although the body was never wanted."""
    assert_problem(ask(port, "POST", "/echo/x", b"x" * 2_000_000, content_type="text/plain"), 413, "too-large")


@pytest.mark.parametrize(
    ("request_text", "status"),
    [
        (b"POST /echo/x HTTP/1.1\r\nHost: h\r\nContent-Length: many\r\n\r\n", 400),
        (b"POST /echo/x HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST /echo/x HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\nhalf", 400),
        (b"POST /echo/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"POST /echo/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n20000\r\n" + b"x" * 0x20000, 413),
        (b"GET /" + b"x" * 9000 + b" HTTP/1.1\r\nHost: h\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: h\r\n" + b"X: 1\r\n" * 200 + b"\r\n", 431),
        (b"nonsense\r\n\r\n", 400),
    ],
)
def test_what_is_no_proper_request_is_a_problem(port: int, request_text: bytes, status: int) -> None:
    """Broken lengths, bodies and request lines are answered in the same form as everything else."""
    received = say(port, request_text)

    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status)
    assert b"application/problem+json" in head
    assert json.loads(body)["status"] == status


def test_a_missing_length_means_no_body(port: int) -> None:
    """A POST without body and length reaches the application."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.putrequest("POST", "/echo/x")
    connection.endheaders()

    assert json.load(connection.getresponse())["body"] == ""


def test_threads_do_not_mix_up_their_requests(port: int) -> None:
    """Each of many requests at once sees itself."""
    from concurrent.futures import ThreadPoolExecutor

    def name_of(number: int) -> str:
        return str(ask(port, "GET", f"/echo/{number}?n={number}").json["query"]["n"][0])

    with ThreadPoolExecutor(32) as pool:
        names = list(pool.map(name_of, range(400)))

    assert names == [str(number) for number in range(400)]
