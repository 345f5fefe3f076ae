"""Netizens and units at the whole running system, over HTTP: `make run` and its client, together on two cores.

A visit is the page, a ticket and the answers to all topics, 33 to 43 of them. Rates hang on the machine and on what
else it does; the CPU beside them holds everything: client, workers, engine, pump, tick.
"""

import json
import tempfile
from collections.abc import Callable
from operator import attrgetter
from pathlib import Path
from statistics import median
from typing import Any

from bench import load, parts, scene
from bench import stored as beside
from bench.figures import Figure
from bench.load import Run
from bench.wire import Wire
from chalicelib.campaigns.campaign import Campaign
from chalicelib.kernel.clock import now_ms
from infra.drills import stored
from infra.drills.running import RunningSystem
from infra.local import engine

_TURNS = 3
_POLLING = 32
"""Connections of units' machines: they stay open, and 135 units have one each."""
_READY = 512
"""Bodies made beforehand: what costs a netizen no CPU shouldn't cost the machine any."""


def measure() -> list[Figure]:
    """Visits and answers at an empty system; polls there and at one with many stored responses, in turn."""
    with tempfile.TemporaryDirectory(prefix="minsheng-visits-") as scratch:
        full = _with_stored(Path(scratch), parts.stored())
        with RunningSystem(Path(scratch) / "data", WORKERS="2") as system:
            with RunningSystem(full, WORKERS="2") as other:
                pairs = [(_polled(system), _polled(other)) for _ in range(_TURNS)]
            visits, answers = load.run(system, _visits(system)), load.run(system, _answers(system))
    empty, beside = (sorted(runs, key=attrgetter("cpu_ms"))[_TURNS // 2] for runs in zip(*pairs, strict=True))
    ratio = median(beside.cpu_ms / empty.cpu_ms for empty, beside in pairs)
    return [
        Figure("whole visits (page, ticket, answers)", visits.per_second, "/s", at_least=165, peers="16.5 LimeSurvey"),
        *_of("a visit", visits),
        Figure("answers alone, durable", answers.per_second, "/s", at_least=450, peers="143 LimeSurvey, 144 ODK"),
        *_of("an answer", answers),
        Figure("polls at none stored", empty.per_second, "/s", at_least=1_000),
        *_of("a poll", empty),
        Figure(f"polls at {parts.stored():,} stored", beside.per_second, "/s", at_least=1_000),
        Figure("CPU of a poll there", ratio, "of that at none", at_most=1.1, peers="10 LimeSurvey"),
    ]


def _of(what: str, run: Run) -> list[Figure]:
    return [
        Figure(f"{what}: CPU of everything", run.cpu_ms, "ms"),
        Figure(f"{what}: median", run.median_ms, "ms"),
        Figure(f"{what}: 99th percentile", run.p99_ms, "ms"),
    ]


def _visits(system: RunningSystem) -> Callable[[Wire, int], None]:
    codes = [link["code"] for unit in system.demo["units"] for link in unit["links"] if link["edition"] == "public"]
    answers = _bodies()

    def visit(wire: Wire, number: int) -> None:
        code = codes[number % len(codes)]
        wire.get(f"/s/{code}", "Accept-Encoding: gzip\r\n")
        ticket = wire.post("/api/v1/tickets", f'{{"link":"{code}"}}')["ticket"]
        wire.post("/api/v1/responses", f'{{"ticket":"{ticket}",{answers[number % _READY]}')

    return visit


def _answers(system: RunningSystem) -> Callable[[Wire, int], None]:
    """Answers alone: the tickets were fetched beforehand."""
    code, answers = system.demo["units"][0]["links"][0]["code"], _bodies()
    with Wire(load.port(system)) as wire:
        tickets = [wire.post("/api/v1/tickets", f'{{"link":"{code}"}}')["ticket"] for _ in range(load.MOST)]
    return lambda wire, number: wire.post(
        "/api/v1/responses", f'{{"ticket":"{tickets[number]}",{answers[number % _READY]}'
    )


def _polled(system: RunningSystem) -> Run:
    return load.run(system, _polls(system), _POLLING)


def _polls(system: RunningSystem) -> Callable[[Wire, int], Any]:
    """All units in turn."""
    keys = [f"X-Api-Key: {unit['key']}\r\n" for unit in system.demo["units"]]
    return lambda wire, number: wire.get("/api/v1/counts", keys[number % len(keys)])


def _bodies() -> list[str]:
    """What follows the ticket."""
    topics = json.dumps(scene.PUBLIC.topics)
    return [f'"topics":{topics},"answers":{json.dumps(scene.answers(number))}}}' for number in range(_READY)]


def _with_stored(scratch: Path, how_many: int) -> Path:
    """The `DATA_DIR` of a system with that many responses of nine days, and the rows of counts that they leave."""
    data_dir = scratch / "full"
    data_dir.mkdir(mode=0o700)
    now = now_ms()
    campaign = Campaign(id="bench-2026", title="", opens_at=now - 9 * scene.DAY_MS, closes_at=now + scene.DAY_MS)
    stored.build(data_dir, campaign, how_many)
    with engine.running(data_dir / "engine.db") as endpoint:
        beside.open_stream(endpoint)
    with RunningSystem(data_dir) as system:
        demo = system.demo
    with engine.running(data_dir / "engine.db") as endpoint:
        beside.add_tallies(endpoint, demo, how_many)
    return data_dir
