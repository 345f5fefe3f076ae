"""Holding a recount against the tallies: differences, repairs, and the result's file."""

import json
import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pydantic import Field

from chalicelib.associations.store import units
from chalicelib.counting.domain.repair import APART_MS, Difference, attributes, confirmed, differences
from chalicelib.counting.domain.tally import NATION
from chalicelib.counting.store import tallies
from chalicelib.counting.usecases.read_counts import sum_of
from chalicelib.jobs.job import Job, Progress
from chalicelib.jobs.jobs import Lease
from chalicelib.jobs.kinds import Kind, declare
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.gateways import files
from chalicelib.kernel.store import audit

log = logging.getLogger(__name__)

Tallies = dict[str, Counter[str]]


class RecountProgress(Progress):
    """What a recount has found out so far."""

    until: str = ""
    """The last hour that it compares; empty before it has begun."""
    parts: dict[str, str] = Field(default_factory=dict)
    """Where the figures of each segment lie."""
    rows: int | None = None
    """How many responses there are; none where nothing was compared."""

    def position(self) -> int:
        """By segments."""
        return len(self.parts)


RECOUNTS = declare(Kind("recount", RecountProgress, cancellable=True, tidy=lambda job: files.remove(folder_of(job))))


def compare_counts(lease: Lease[RecountProgress]) -> None:
    """Holds the recount against the tallies, repairs what is confirmed, and files the result."""
    job, progress = lease.job, lease.progress
    parts = [json.loads(files.read(name)) for name in progress.parts.values()]
    ended, whole = _sum(parts, "ended"), _sum(parts, "whole")
    before = json.loads(files.read(before_of(job)))
    found, links = [], []
    for code in codes_of(job.campaign):
        tallied = sum_of(job.campaign, code)
        found += differences(code, tallied, ended.get(code, {}), progress.until)
        bounds = (links_of(ended.get(code, {})), before.get(code, {}), links_of(whole.get(code, {})))
        links += _out_of_bounds(code, links_of(tallied), *bounds)
    if found or links:
        log.error("counts differ: recount %s, %d hours, %d links", job.id, len(found), len(links))
    mended = confirmed(found, _earlier(job))
    for difference in mended:
        told = audit.entry(job.campaign, now_ms(), "recount", "recount.repair", difference.unit, **_view(difference))
        tallies.repair(job.campaign, difference.unit, attributes(difference), told)
    progress.rows = whole.get(NATION, Counter())["n"]
    result = {
        "rows": progress.rows,
        "unreadable": sum(part["unreadable"] for part in parts),
        "until": progress.until,
        "differences": [asdict(difference) for difference in found],
        "links": links,
        "repaired": [asdict(difference) for difference in mended],
    }
    files.put(result_of(job), json.dumps(result).encode())
    files.remove(folder_of(job))


def _earlier(job: Job) -> list[Difference]:
    """What the latest recount that is far enough back has found."""
    made = (one.job for one in RECOUNTS.of_campaign(job.campaign) if one.job.done and one.progress.rows is not None)
    latest = next((earlier for earlier in made if earlier.created_at <= job.created_at - APART_MS), None)
    if latest is None:
        return []
    listed = json.loads(files.read(result_of(latest)))["differences"]
    return [Difference(d["unit"], d["hour"], tuple(d["tallied"]), tuple(d["recounted"])) for d in listed]


def _out_of_bounds(
    unit: str, after: Mapping[str, int], ended: Mapping[str, int], before: Mapping[str, int], whole: Mapping[str, int]
) -> list[dict[str, Any]]:
    """Links that lack what had ended before the scan, or had more before it than the scan then found."""
    return [
        {"unit": unit, "link": name[2:], "tallied": after.get(name, 0), "stored": whole.get(name, 0)}
        for name in sorted({*after, *ended, *before})
        if after.get(name, 0) < ended.get(name, 0) or before.get(name, 0) > whole.get(name, 0)
    ]


def links_of(tally: Mapping[str, int]) -> dict[str, int]:
    return {name: n for name, n in tally.items() if name.startswith("l:")}


def _sum(parts: list[dict[str, Any]], which: str) -> Tallies:
    sums: Tallies = {}
    for part in parts:
        for unit, counted in part[which].items():
            sums.setdefault(unit, Counter()).update(counted)
    return sums


def codes_of(campaign: str) -> list[str]:
    return [NATION, *(unit.code for unit in units.of_campaign(campaign))]


def _view(difference: Difference) -> dict[str, Any]:
    reason = "two recounts half an hour apart found the same"
    return {"hour": difference.hour, "before": difference.tallied, "after": difference.recounted, "reason": reason}


def folder_of(job: Job) -> str:
    return f"{job.campaign}/recounts/{job.name}"


def before_of(job: Job) -> str:
    """Where the links' tallies from before the scan are kept."""
    return f"{folder_of(job)}/before.json"


def result_of(job: Job) -> str:
    return f"{folder_of(job)}.json"
