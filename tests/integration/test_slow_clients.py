"""One machine beside clients that never finish what they ask: everybody else is answered as if they weren't there."""

import socket
from collections.abc import Iterator

import httpx
import pytest

from infra.drills.running import RunningSystem
from infra.drills.slow_clients import dripping

VISITS = 60


@pytest.fixture
def visitor(running_system: RunningSystem) -> Iterator[httpx.Client]:
    """Somebody with patience for two seconds; each visit is a connection of its own."""
    limits = httpx.Limits(max_keepalive_connections=0)
    with httpx.Client(base_url=running_system.base_url, timeout=2, limits=limits) as client:
        yield client


def test_dripping_clients_hold_nobody_up(running_system: RunningSystem, visitor: httpx.Client) -> None:
    """Ten times as many as the server has threads: once, 34 of them stopped it."""
    with dripping(running_system.base_url, 320):
        answers = [visitor.get("/api/v1/health").status_code for _ in range(VISITS)]

    assert answers == [200] * VISITS


def test_a_body_that_stays_away_holds_nobody_up(running_system: RunningSystem, visitor: httpx.Client) -> None:
    """Half of what was announced came, many times; and a body that nobody would take is refused at once."""
    host, port = running_system.base_url.removeprefix("http://").split(":")
    head = b"POST /api/v1/tickets HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n{"
    waiting = [socket.create_connection((host, int(port)), timeout=5) for _ in range(100)]
    for one in waiting:
        one.sendall(head % 60_000)

    answers = [visitor.get("/api/v1/health").status_code for _ in range(VISITS)]
    with socket.create_connection((host, int(port)), timeout=5) as large:
        large.sendall(head % 90_000_000)
        refusal = large.recv(4_096)

    assert answers == [200] * VISITS
    assert refusal.startswith(b"HTTP/1.1 413")
    for one in waiting:
        one.close()
