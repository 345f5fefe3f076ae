"""Load on a running system for a few seconds, and what it cost: rates, CPU of everything, and how long each waited."""

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bench.wire import Wire
from infra.drills.running import RunningSystem

SECONDS = 6.0
CLIENTS = 8
MOST = 12_000
"""No run asks more often."""
_TICK_MS = 1_000 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Run:
    """What a few seconds of one kind of request have shown."""

    per_second: float
    cpu_ms: float
    """Of everything, for each request."""
    median_ms: float
    p99_ms: float


def run(system: RunningSystem, ask: Callable[[Wire, int], Any], clients: int = CLIENTS) -> Run:
    """So many clients, each with a connection of its own, ask as fast as they are answered."""
    numbers = count()
    _during(system, ask, numbers, 1.0, clients)
    cpu, began = _cpu_ms(system.runner), time.monotonic()
    waits = _during(system, ask, numbers, SECONDS, clients)
    took, used = time.monotonic() - began, _cpu_ms(system.runner) - cpu
    return Run(len(waits) / took, used / len(waits), median(waits), quantiles(waits, n=100)[98])


def port(system: RunningSystem) -> int:
    """Where the system listens."""
    return int(system.base_url.rpartition(":")[2])


def _during(
    system: RunningSystem, ask: Callable[[Wire, int], Any], numbers: Iterator[int], seconds: float, clients: int
) -> list[float]:
    """How long each waited, in ms."""
    until = time.monotonic() + seconds

    def client(_: int) -> list[float]:
        waits = []
        with Wire(port(system)) as wire:
            while (began := time.monotonic()) < until and (number := next(numbers)) < MOST:
                ask(wire, number)
                waits.append((time.monotonic() - began) * 1_000)
        return waits

    with ThreadPoolExecutor(clients) as crowd:
        return [wait for waits in crowd.map(client, range(clients)) for wait in waits]


def _cpu_ms(runner: int) -> float:
    """CPU of this process, the runner and all below it, so far. Linux only."""
    parents, used = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has just ended
        pid = int(path.parent.name)
        parents[pid] = int(fields[1])
        used[pid] = sum(map(int, fields[11:15])) * _TICK_MS  # its own, and of children that have ended
    ours = {runner}
    while found := {pid for pid, parent in parents.items() if parent in ours} - ours:
        ours |= found
    return sum(used[pid] for pid in ours if pid in used) + time.process_time() * 1_000
