"""HTTP replies of the one-machine web server: problems, compression, and what goes on the wire."""

import gzip
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from http import HTTPStatus

from chalicelib.web.rim.entry import with_every_answer
from chalicelib.web.rim.problems import TYPE_BASE

PROBLEM = "application/problem+json"

_SLUGS = {
    400: "malformed-request",
    401: "key-invalid",
    403: "not-yours",
    404: "not-found",
    405: "method-not-allowed",
    408: "request-timeout",
    413: "too-large",
    414: "uri-too-long",
    415: "unsupported-media-type",
    429: "too-many-requests",
    431: "headers-too-large",
    501: "not-implemented",
    503: "busy",
}
_SMALLEST_COMPRESSED = 1024
_COMPRESSIBLE = ("text/", "application/json", PROBLEM, "application/javascript", "image/svg+xml")

Headers = list[tuple[str, str]]
StartResponse = Callable[[str, Headers], object]


@dataclass
class Reply:
    """A whole reply; `body` is not compressed yet."""

    status: int
    headers: Headers = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str:
        """The first header of that name, else the empty string."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


def problem(status: int, detail: str, headers: Headers | None = None) -> Reply:
    """A problem document (RFC 9457) in the words of the contract."""
    document = {
        "type": TYPE_BASE + _SLUGS.get(status, "internal-error"),
        "title": _phrase(status),
        "status": status,
        "detail": detail,
    }
    body = json.dumps(document, ensure_ascii=False).encode()
    said = {"Content-Type": PROBLEM, "Cache-Control": "no-store", **with_every_answer()}
    return Reply(status, [*said.items(), *(headers or [])], body)


def raw(reply: Reply) -> bytes:
    """`reply` as bytes of HTTP/1.1, after which the connection closes."""
    lines = [f"HTTP/1.1 {reply.status} {_phrase(reply.status)}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in [*reply.headers, ("Content-Length", str(len(reply.body)))]]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + reply.body


def send(reply: Reply, environ: Mapping[str, str], start_response: StartResponse) -> Iterable[bytes]:
    """Puts `reply` on the wire: compressed where the client takes it, without a body for HEAD, 204 and 304."""
    if reply.status in (204, 304):
        reply.body = b""
    else:
        _compress(reply, environ.get("HTTP_ACCEPT_ENCODING", ""))
        reply.headers.append(("Content-Length", str(len(reply.body))))
    start_response(f"{reply.status} {_phrase(reply.status)}", reply.headers)
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [reply.body]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Status"  # a number that has no name


def _compress(reply: Reply, accepted: str) -> None:
    """gzip for larger texts, as API Gateway's `minimumCompressionSize` does on AWS."""
    kind = reply.header("Content-Type")
    if len(reply.body) < _SMALLEST_COMPRESSED or not kind.startswith(_COMPRESSIBLE) or reply.header("Content-Encoding"):
        return
    if "accept-encoding" not in reply.header("Vary").lower():
        reply.headers.append(("Vary", "Accept-Encoding"))
    if _takes_gzip(accepted):
        public = "public" in reply.header("Cache-Control")
        reply.body = _gzip_public(reply.body) if public else _gzip(reply.body)
        reply.headers.append(("Content-Encoding", "gzip"))


def _takes_gzip(accepted: str) -> bool:
    for offer in accepted.lower().split(","):
        coding, _, quality = offer.partition(";")
        if coding.strip() in ("gzip", "*"):
            return quality.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, 5, mtime=0)


@lru_cache(maxsize=64)
def _gzip_public(body: bytes) -> bytes:
    # The same page goes to everybody: compressing it takes longer than all the rest of its reply.
    return _gzip(body)
