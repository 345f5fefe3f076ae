"""A plain HTTP client; imports nothing of ours, since the judge uses it too."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit


class Unanswered(Exception):
    """No answer came: refused, cut, or too late. Whether the request was done is not known."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    """By name in lower case."""

    @property
    def json(self) -> Any:
        """The body's JSON value. Raises `ValueError`."""
        return json.loads(self.body)

    @property
    def slug(self) -> str:
        """The end of a problem's type: `collection-closed`; empty where it is no problem document."""
        try:
            return str(self.json["type"]).rpartition("/")[2]
        except (ValueError, KeyError, TypeError):
            return ""


class Client:
    """One connection, kept alive and made again as needed. Paths are below `base_url`, which may end in a stage."""

    def __init__(self, base_url: str, headers: Mapping[str, str] | None = None) -> None:
        place = urlsplit(base_url)
        kind = http.client.HTTPSConnection if place.scheme == "https" else http.client.HTTPConnection
        self._connection = kind(place.hostname or "", place.port)
        self._prefix = place.path.rstrip("/")
        self.headers = {"Content-Type": "application/json", **(headers or {})}
        """Sent along with every request."""

    def send(self, method: str, path: str, body: bytes | None = None, *, timeout_s: float) -> None:
        """Sends a request; `receive` takes its answer. Raises `Unanswered`."""
        self._connection.timeout = timeout_s
        try:
            if self._connection.sock is not None:
                self._connection.sock.settimeout(timeout_s)
            self._connection.request(method, self._prefix + path, body, self.headers)
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise Unanswered(str(error)) from None

    def receive(self) -> Reply:
        """The answer to what was sent. Raises `Unanswered`."""
        try:
            answer = self._connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, answer.read(), headers)
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise Unanswered(str(error)) from None

    def ask(self, method: str, path: str, body: bytes | None = None, *, timeout_s: float = 5) -> Reply:
        """A request and its answer. Raises `Unanswered`."""
        self.send(method, path, body, timeout_s=timeout_s)
        return self.receive()

    def ask_again(self, method: str, path: str, body: bytes | None = None, *, timeout_s: float = 5) -> Reply:
        """The same, asked once more where no answer came: a connection kept too long may have been closed meanwhile.

        For what may be done twice. Raises `Unanswered`.
        """
        try:
            return self.ask(method, path, body, timeout_s=timeout_s)
        except Unanswered:
            return self.ask(method, path, body, timeout_s=timeout_s)
