"""From close to seal, and a recount, over many stored responses: time, CPU, memory, read units, bytes.

    make bench PARTS=sealing STORED=1000000

`BENCH_DATA` names a folder that keeps the filled database for the next time: a million take a minute to make.
"""

import json
import logging
import os
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile
from typing import Any
from unittest.mock import patch

from bench import parts, scene
from bench.capacity import counting
from bench.figures import Figure
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.counting.usecases import recount
from chalicelib.counting.usecases.compare_counts import RECOUNTS
from chalicelib.jobs.run_leased import take_up
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.gateways import files
from chalicelib.kernel.settings import settings
from chalicelib.kernel.store import dynamodb
from chalicelib.mail.gateways import mail
from chalicelib.mail.usecases import send_mail
from chalicelib.sealing import close_collection
from infra.drills import stored

_MILLION = 1_000_000
_NOW = now_ms()
_CAMPAIGN = Campaign(id="bench-2026", title="民声", opens_at=_NOW - 9 * scene.DAY_MS, closes_at=_NOW + scene.DAY_MS)


@dataclass(frozen=True)
class Spent:
    """What some work took of this process."""

    seconds: float
    cpu_s: float


def prepare(scratch: Path) -> Path:
    """The filled database, made or taken from `BENCH_DATA`."""
    kept = os.environ.get("BENCH_DATA")
    folder = Path(kept) / f"stored-{parts.stored()}" if kept else scratch
    database = folder / "engine.db"
    if not database.exists():
        folder.mkdir(parents=True, exist_ok=True)
        stored.build(folder, _CAMPAIGN, parts.stored())
    return database if database.parent == scratch else Path(copyfile(database, scratch / "engine.db"))


def measure() -> list[Figure]:
    """Measures in a process that has built nothing, so that its memory is the work's."""
    read, write = os.pipe()
    if os.fork() == 0:
        with os.fdopen(write, "w") as out:
            json.dump([vars(one) for one in _measure()], out)
            out.flush()
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as told:
        return [Figure(**one) for one in json.load(told)]


def _measure() -> list[Figure]:
    logging.disable()
    patch.object(mail, "send", lambda _: ()).start()
    stored.add_units(_CAMPAIGN)
    return [*_recount(), *_seal(), Figure("memory at the peak", _peak_mb(), "MB", at_most=512)]


def _recount() -> list[Figure]:
    name = recount.request_recount(_CAMPAIGN.id, now_ms(), "bench")
    with counting(dynamodb.patient_client()) as units:
        spent = _spent(lambda: take_up(RECOUNTS, f"recount#{name}", now_ms()))
    assert recount.read_recount(name)["rows"] == parts.stored()
    peak = Figure("recount, memory at the peak", _peak_mb(), "MB", at_most=512)
    return [
        *_figures("recount", spent),
        Figure("recount, read units a response", units.total() / parts.stored(), "RU"),
        peak,
    ]


def _seal() -> list[Figure]:
    campaigns.change(
        _CAMPAIGN.id, lambda c: c.model_copy(update={"closes_at": now_ms() - int(settings().settle_s * 1000)})
    )
    steps: dict[str, Spent] = {}
    real = close_collection._run_step

    def run_step(lease: Any, announce: Any) -> None:
        name = lease.job.step
        steps[name] = _spent(lambda: real(lease, announce))

    close_collection._run_step = run_step
    whole = _spent(lambda: close_collection.close_collection(_CAMPAIGN.id, send_mail.announce_seal))
    sealed = campaigns.read(_CAMPAIGN.id).seal
    assert sealed is not None
    exported = json.loads(files.read(sealed.manifest))["files"][0]
    assert exported["rows"] == parts.stored()
    longest = sorted(steps.items(), key=lambda step: -step[1].seconds)[:3]
    return [
        Figure(
            "close to seal",
            whole.seconds,
            "s",
            at_most=120 * parts.stored() / _MILLION if parts.stored() >= _MILLION else None,
            peers="never: LimeSurvey",
        ),
        *_figures("close to seal", whole),
        *(Figure(f"step {name}", spent.seconds, "s") for name, spent in longest),
        Figure("bytes exported a response", exported["bytes"] / parts.stored(), "B"),
    ]


def _figures(what: str, spent: Spent) -> list[Figure]:
    each = 1e6 / parts.stored()
    return [
        Figure(f"{what}, CPU a response", spent.cpu_s * each, "µs"),
        Figure(f"{what}, time a response", spent.seconds * each, "µs"),
    ]


def _spent(work: Callable[[], Any]) -> Spent:
    began, cpu = time.monotonic(), time.process_time()
    work()
    return Spent(time.monotonic() - began, time.process_time() - cpu)


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
