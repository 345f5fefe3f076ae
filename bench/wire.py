"""A frugal HTTP client: it shares the cores with what it measures, so it does no more than it must."""

import json
import socket
from typing import Any, Self


class Wire:
    """One connection that is kept; replies must carry a Content-Length."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._read = self._socket.makefile("rb")

    def get(self, path: str, headers: str = "") -> bytes:
        """The body behind a path; `headers` are lines, each with its `\\r\\n`."""
        return self._ask(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode(), {200, 304})

    def post(self, path: str, body: str) -> Any:
        """What is answered to JSON."""
        raw = body.encode()
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        return json.loads(self._ask(f"{head}Content-Length: {len(raw)}\r\n\r\n".encode() + raw, {201}))

    def _ask(self, request: bytes, expected: set[int]) -> bytes:
        self._socket.sendall(request)
        status = int(self._read.readline().split(b" ", 2)[1])
        length = 0
        while (line := self._read.readline()) != b"\r\n":
            if line[:15].lower() == b"content-length:":
                length = int(line[15:])
        body = self._read.read(length)
        assert status in expected, (status, body[:400])
        return body

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._read.close()
        self._socket.close()
