"""One side's way to the system: requests with its key, and replies that are compared with what is expected."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from infra.drills.chaos.client import Client, Reply, Unanswered

_TIMEOUT_S = 30.0
_LOOK_EVERY_S = 0.5
_TRY_AGAIN = {429, 502, 503, 504}
_TRIES = 6


class Failed(Exception):
    """A step didn't go as the contract has it; the text says how."""


@dataclass(frozen=True)
class Expected:
    """What is due: a status, and the slug of a refusal's problem document."""

    status: int
    slug: str = ""


class Door:
    """Requests to `base_url`, with a key where one is given."""

    def __init__(self, base_url: str, key: str = "") -> None:
        self._client = Client(base_url, {"Accept": "*/*"} | ({"X-Api-Key": key} if key else {}))

    def get(self, path: str, due: Expected | None = None, **headers: str) -> Reply:
        """`GET`. Raises `Failed` where another answer than the one that is due comes."""
        return self.ask("GET", path, None, due or Expected(200), **headers)

    def send(self, method: str, path: str, payload: Any, due: Expected) -> Reply:
        """A request with JSON. Raises `Failed`."""
        return self.ask(method, path, json.dumps(payload, ensure_ascii=False).encode(), due)

    def ask(self, method: str, path: str, body: bytes | None, due: Expected, **headers: str) -> Reply:
        """A request; asked again where the system says that it can't just now. Raises `Failed`."""
        before = dict(self._client.headers)
        self._client.headers |= {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            reply = self._insist(method, path, body)
        finally:
            self._client.headers = before
        if reply.status != due.status or reply.slug != due.slug:
            came = f"{reply.status} {reply.slug}".strip()
            raise Failed(
                f"{method} {path}: {due.status} {due.slug}".rstrip() + f" was due, {came}: {reply.body[:300]!r}"
            )
        if reply.status >= 400 and reply.headers.get("content-type") != "application/problem+json":
            raise Failed(f"{method} {path}: its refusal is {reply.headers.get('content-type')}, no problem document")
        return reply

    def _insist(self, method: str, path: str, body: bytes | None) -> Reply:
        for attempt in range(_TRIES):
            try:
                reply = self._client.ask_again(method, path, body, timeout_s=_TIMEOUT_S)
            except Unanswered as silence:
                raise Failed(f"{method} {path}: {silence}") from None
            if reply.status not in _TRY_AGAIN:
                break
            time.sleep(0.2 * 2**attempt)
        return reply


def wait_until(done: Callable[[], bool], what: str, within_s: float) -> float:
    """Looks until `done`; returns the seconds that it took. Raises `Failed`."""
    began = time.monotonic()
    while not done():
        if time.monotonic() - began > within_s:
            raise Failed(f"{what}: not within {within_s:.0f} s")
        time.sleep(_LOOK_EVERY_S)
    return time.monotonic() - began
