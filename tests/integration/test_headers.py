"""What stands at the head of every answer on the wire, whichever part of the server gave it."""

import socket

import pytest

from infra.drills.running import RunningSystem

ASKED = {
    "a page": b"GET / HTTP/1.1",
    "the desk": b"GET /secretariat HTTP/1.1",
    "the API": b"GET /api/v1/health HTTP/1.1",
    "a refusal of the API": b"GET /api/v1/counts HTTP/1.1",
    "no route": b"GET /nothing/at/all HTTP/1.1",
    "no such method": b"PUT /api/v1/health HTTP/1.1",
    "no such file": b"GET /static/nothing.js HTTP/1.1",
    "no HTTP": b"GET  /",
    "a body too large": b"POST /api/v1/tickets HTTP/1.1\r\nContent-Length: 90000000",
}


@pytest.mark.parametrize("asked", ASKED.values(), ids=ASKED)
def test_every_answer_is_what_it_says_and_of_nobody(running_system: RunningSystem, asked: bytes) -> None:
    """No browser takes it for something else, and nobody is told which server gives it."""
    host, port = running_system.base_url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as sock:
        sock.sendall(asked + b"\r\nHost: x\r\nConnection: close\r\n\r\n")
        head = b""
        while b"\r\n\r\n" not in head and (more := sock.recv(4_096)):
            head += more

    lines = head.partition(b"\r\n\r\n")[0].decode("latin-1").lower().split("\r\n")
    assert lines.count("x-content-type-options: nosniff") == 1
    assert [line for line in lines if line.startswith(("server:", "x-powered-by:", "via:"))] == []
