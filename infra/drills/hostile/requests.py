"""What is asked: any route, with anything in its path, query, headers and body."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import quote, urlencode

_LARGE = 2_000_000
_WORDS = (
    "u1",
    "none",
    "2026",
    "..",
    "%00",
    "a" * 300,
    "七",
    "'",
    "*",
    "1",
    "-1",
    "9" * 30,
    "x#y",
    "https://x.example/",
)
_NAMES = (
    "campaign",
    "lang",
    "limit",
    "page",
    "unit",
    "link",
    "by",
    "q",
    "sort",
    "version",
    "dry_run",
    "scale",
    "embed",
)
_FIELDS = (*_NAMES, "act", "_csrf", "key")
_PART = b"--b\r\nContent-Disposition: form-data"
_KINDS = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b", "text/csv", "")
WHO = ("nobody", "wrong key", "unit's key", "unit's session", "member's key", "member's session")


@dataclass(frozen=True)
class Doors:
    """Who may come in, and what there is to ask for."""

    routes: list[tuple[str, str]]
    headers: Mapping[str, Mapping[str, str]]
    """By `WHO`."""
    known: tuple[str, ...]
    """Ids that there are."""


def body(rng: Random) -> bytes:
    """Something of any kind: nested, repeated, cut off, large, or as it should be."""
    made: list[Callable[[], bytes]] = [
        lambda: b"",
        lambda: rng.randbytes(rng.randrange(2_000)),
        lambda: json.dumps({rng.choice(_WORDS): rng.choice([*_WORDS, 1, None, [], {}]) for _ in range(9)}).encode(),
        lambda: b"[" * rng.randrange(60_000),
        lambda: urlencode({rng.choice(_FIELDS): rng.choice(_WORDS) for _ in range(9)}).encode(),
        lambda: b"a&" * rng.randrange(32_000),
        lambda: _PART + b"; name=" + b";" * rng.randrange(_LARGE) + b"\r\n\r\nx\r\n--b--\r\n",
        lambda: _PART + b'; name="a"\r\n\r\n\r\n' * rng.randrange(40_000) + b"--b--\r\n",
        lambda: b"--b\r\n" + b"X-A: b\r\n" * rng.randrange(200_000) + b"\r\nx\r\n--b--\r\n",
        lambda: b"a," * rng.randrange(_LARGE // 2),
        lambda: "单位名称,省份\n青禾会,广东\n".encode() * rng.randrange(1, 90),
    ]
    return rng.choice(made)()


def nothing_known(route: str) -> dict[str, str]:
    """Something in each place of a route's path."""
    return dict.fromkeys([part[1:-1] for part in route.split("/") if part.startswith("{")], "x")


def request(rng: Random, doors: Doors, who: str) -> tuple[str, str, dict[str, Any]]:
    """Method, route, and the rest of an event."""
    method, route = rng.choice(doors.routes)
    words = (*_WORDS, *doors.known, *doors.known)
    headers = dict(doors.headers[who]) | {"accept-language": rng.choice(("zh-CN", "en", "x" * 500, ""))}
    if rng.random() < 0.2:
        headers["sec-fetch-site"] = rng.choice(("cross-site", "same-origin", "none"))
    event: dict[str, Any] = {
        "parameters": {name: quote(rng.choice(words), safe="") for name in nothing_known(route)} or None,
        "query": {rng.choice(_NAMES): [rng.choice(words)] for _ in range(rng.randrange(4))} or None,
        "headers": headers,
    }
    if method not in {"GET", "HEAD"}:
        headers["content-type"] = rng.choice(_KINDS)
        event["body"] = body(rng)
    return method, route, event
