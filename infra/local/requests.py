"""What a request is made of: its headers, and its body up to a limit."""

import re
from collections.abc import Mapping
from typing import Any

from gunicorn.http.errors import ParseException

_LIMIT = 64 * 1024
_UPLOAD_LIMIT = 10 * 1024 * 1024
"""API Gateway's own limit."""
_UPLOADS = re.compile(r"/(secretariat/(import|materials)|api/v1/(units|supporters)/import)(/|\?|$)")
_RESERVED = ("HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH")


def limit_of(path: str) -> int:
    """How many bytes the body of a request to `path` may have."""
    return _UPLOAD_LIMIT if _UPLOADS.match(path) else _LIMIT


class Refused(Exception):
    """A request that doesn't reach the application; the text goes to the client."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class Headers(dict[str, str]):
    """Headers by lower-case name, with what only the server knows about the request."""

    client: str
    """The peer's address. Nothing forwarded is believed: anybody can write such a header."""
    arrived_ms: int
    """When the request had arrived whole."""

    def __init__(self, environ: Mapping[str, Any], arrived_ms: int) -> None:
        super().__init__(
            (key[5:].replace("_", "-").lower(), value)
            for key, value in environ.items()
            if key.startswith("HTTP_") and key not in _RESERVED
        )
        for key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            if environ.get(key):
                self[key.replace("_", "-").lower()] = environ[key]
        # No preference means any (RFC 9110, 12.5.1); Chalice would refuse its own binary replies.
        self.setdefault("accept", "*/*")
        self.client = environ.get("REMOTE_ADDR", "")
        self.arrived_ms = arrived_ms


def read_body(environ: Mapping[str, Any], path: str) -> bytes:
    """The whole body, empty where there is none.

    Raises `Refused`: 413 over the limit of `path`, before reading what is too much; 400 where the length is no number
    or the client left halfway; 408 where it stalls.
    """
    limit = limit_of(path)
    announced = _announced(environ)
    if announced is not None and announced > limit:
        raise _too_large(limit)
    try:
        body: bytes = environ["wsgi.input"].read(limit + 1 if announced is None else announced)
    except TimeoutError:
        raise Refused(408, "The body did not arrive in time.") from None
    except (OSError, ParseException):
        raise Refused(400, "The body breaks off.") from None
    if len(body) > limit:
        raise _too_large(limit)
    if announced is not None and len(body) < announced:
        raise Refused(400, "The body is shorter than its Content-Length.")
    return body


def _announced(environ: Mapping[str, Any]) -> int | None:
    """`Content-Length`; None where the length shows only at the end (a chunked body, or none at all)."""
    length = environ.get("CONTENT_LENGTH") or None
    if length is None or "HTTP_TRANSFER_ENCODING" in environ:
        return None
    if not (length.isascii() and length.isdigit()):
        raise Refused(400, "Content-Length is not a number of bytes.")
    return int(length)


def _too_large(limit: int) -> Refused:
    return Refused(413, f"The body is larger than {limit // 1024} KiB.")
