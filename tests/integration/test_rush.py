"""A rush of more than one machine can answer: those who are told to come again come again, and nothing is lost."""

import json
import os
import select
import signal
import socket
from collections.abc import Iterator
from random import Random
from urllib.parse import urlsplit

import httpx
import pytest

from infra.drills.players import random_answers
from infra.drills.running import RunningSystem
from infra.drills.smoke.door import wait_until

AT_ONCE = 700
"""More than two workers let wait, and their threads take."""


@pytest.fixture
def client(running_system: RunningSystem) -> Iterator[httpx.Client]:
    """Somebody who asks one thing after the other."""
    with httpx.Client(base_url=running_system.base_url, timeout=30) as made:
        yield made


def sheets(client: httpx.Client, code: str, count: int) -> list[bytes]:
    """So many bodies of responses, each under a ticket of its own."""
    definition = client.get("/api/v1/questionnaires/public").json()
    found = []
    for number in range(count):
        ticket = client.post("/api/v1/tickets", json={"link": code}).raise_for_status().json()
        answers = random_answers(definition, ticket["topics"], Random(number), opinions=0)
        found.append(json.dumps({"ticket": ticket["ticket"], "answers": answers}).encode())
    return found


def all_at_once(system: RunningSystem, bodies: list[bytes]) -> list[tuple[int, bytes]]:
    """Sends all of them, each over a connection of its own, before any answer is read; status 0 where none came.

    The engine stands still until the first is answered, which without it can only be turned away.
    """
    place, engine = urlsplit(system.base_url), system.processes()["engine"]
    head = "POST /api/v1/responses HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n"
    open_ = [socket.create_connection((place.hostname or "", place.port or 80), timeout=30) for _ in bodies]
    os.kill(engine, signal.SIGSTOP)
    try:
        for one, body in zip(open_, bodies, strict=True):
            one.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        select.select(open_, [], [], 20)
    finally:
        os.kill(engine, signal.SIGCONT)
    return [_answer(one) for one in open_]


def _answer(sock: socket.socket) -> tuple[int, bytes]:
    came = b""
    try:
        while more := sock.recv(65_536):
            came += more
    except OSError:
        pass
    sock.close()
    return (int(came.split(b" ", 2)[1]) if came.startswith(b"HTTP/1.1 ") else 0), came


def test_a_rush_loses_nothing(running_system: RunningSystem, client: httpx.Client) -> None:
    """Stored are those that were acknowledged at once and those that were later, each once."""
    link, key = running_system.demo["units"][3]["links"][0]["code"], running_system.demo["units"][3]["key"]

    def collected() -> int:
        counts = client.get("/api/v1/counts", headers={"X-Api-Key": key}).raise_for_status().json()
        return int(next(one["collected"] for one in counts["links"] if one["code"] == link))

    before, receipts, turned_away = collected(), set(), 0
    bodies = sheets(client, link, AT_ONCE)
    for body, (status, said) in zip(bodies, all_at_once(running_system, bodies), strict=True):
        assert status in {201, 503, 0}, said
        if status == 503:
            assert b"Retry-After" in said
            assert b"busy" in said
        turned_away += status != 201
        again = client.post("/api/v1/responses", content=body, headers={"content-type": "application/json"})
        assert again.status_code == (200 if status == 201 else 201) or status == 0
        receipts.add(again.json()["receipt"])

    assert turned_away
    assert len(receipts) == AT_ONCE
    wait_until(lambda: collected() == before + AT_ONCE, "counted", 10)
