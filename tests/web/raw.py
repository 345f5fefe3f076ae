"""Requests as they come over the wire, raw path and all, to `app.py` behind the one-machine run's gateway."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from app import app
from infra.local.wsgi import ChaliceBehindWsgi


@dataclass(frozen=True)
class Raw:
    """An answer: status, header names in lower case, the body's bytes."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def ask(method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> Raw:
    """One request to this raw path and query."""
    environ = {
        "REQUEST_METHOD": method,
        "RAW_URI": target,
        "REMOTE_ADDR": "198.51.100.7",
        "wsgi.input": io.BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
    } | {_name(name): value for name, value in headers.items()}
    said: list[tuple[int, list[tuple[str, str]]]] = []
    content = b"".join(_gateway()(environ, lambda status, given: said.append((int(status.split()[0]), given))))
    status, given = said[-1]
    return Raw(status, {name.lower(): value for name, value in given}, content)


def _name(header: str) -> str:
    name = header.upper().replace("-", "_")
    return name if name == "CONTENT_TYPE" else f"HTTP_{name}"


@cache
def _gateway() -> ChaliceBehindWsgi:
    return ChaliceBehindWsgi(app)
