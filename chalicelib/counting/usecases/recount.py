"""Recounting while collection is open: what is stored against what was counted, by unit, hour and link.

A job in segments, like the seal's: one page of the scan in memory, and a run that is killed goes on with the next
segment. What two recounts half an hour apart show alike is repaired (see `counting.domain.repair`), audited, and told
in the next digest. Links are compared by bounds alone, since new responses keep coming in; they are exact at the seal.
"""

import json
from collections import Counter
from collections.abc import Iterable
from itertools import islice
from typing import Any

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign, Phase
from chalicelib.collection import responses
from chalicelib.collection.responses import Unreadable
from chalicelib.counting.domain.repair import last_ended_hour
from chalicelib.counting.domain.tally import NATION, Counted, increments, rows_of
from chalicelib.counting.store.counted import read_counted
from chalicelib.counting.usecases.compare_counts import (
    RECOUNTS,
    RecountProgress,
    Tallies,
    before_of,
    codes_of,
    compare_counts,
    folder_of,
    links_of,
    result_of,
)
from chalicelib.counting.usecases.read_counts import sum_of
from chalicelib.jobs.job import Status
from chalicelib.jobs.jobs import Lease
from chalicelib.jobs.run_leased import finish
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import random_code
from chalicelib.kernel.gateways import files
from chalicelib.kernel.instants import shanghai
from chalicelib.kernel.store import audit

SEGMENTS = 16
NIGHTLY_AT = 4
"""Shanghai's hour in which the tick recounts, once a night."""
_PAGE = 2_000


def request_recount(campaign: str, at_ms: int, who: str) -> str:
    """Orders a recount and returns its id; the next tick makes it."""
    name = random_code(12)
    RECOUNTS.create(name, campaign, at_ms, beside=[audit.entry(campaign, at_ms, who, "recount.request", name)])
    return name


@RECOUNTS.due
def nightly(campaign: Campaign, at_ms: int) -> None:
    """Orders the night's recount of a campaign that is collecting, once."""
    wall = shanghai(at_ms)
    if wall.hour == NIGHTLY_AT and campaign.admits(at_ms):
        RECOUNTS.create(f"{campaign.id}-{wall:%Y%m%d}", campaign.id, at_ms)


def read_recount(name: str) -> dict[str, Any]:
    """How far a recount has come, and what it found. Raises `NotFound`."""
    order = RECOUNTS.find(name)
    is_there = order.status == Status.DONE and order.progress.rows is not None
    found = json.loads(files.read(result_of(order.job))) if is_there else {}
    return {"id": name, "status": order.status, "done": order.progress.position() / SEGMENTS} | found


@RECOUNTS.work
def _recount(lease: Lease[RecountProgress]) -> None:
    if campaigns.read(lease.job.campaign).phase is Phase.COLLECTING:
        _scan(lease)
        compare_counts(lease)
    finish(lease, now_ms())


def _scan(lease: Lease[RecountProgress]) -> None:
    job, progress = lease.job, lease.progress
    if not progress.until:
        before = {code: links_of(sum_of(job.campaign, code)) for code in codes_of(job.campaign)}
        files.put(before_of(job), json.dumps(before).encode())
        progress.until = last_ended_hour(now_ms())
    for segment in range(SEGMENTS):
        if str(segment) not in progress.parts:
            name = f"{folder_of(job)}/part-{segment:03d}-{random_code(6)}.json"
            counted = _count(lease, segment)
            files.put(name, json.dumps(counted).encode())
            progress.parts[str(segment)] = name
            lease.save(now_ms())


def _count(lease: Lease[RecountProgress], segment: int) -> dict[str, Any]:
    """A segment's figures: of the hours that ended, and of all."""
    ended: Tallies = {}
    whole: Tallies = {}
    unreadable = 0
    items = responses.scan_segment(segment, SEGMENTS)
    while page := list(islice(items, _PAGE)):
        readable = []
        for item in page:
            try:
                readable.append(read_counted(item))
            except Unreadable:
                unreadable += 1
        ours = [record for record in readable if record.campaign == lease.job.campaign]
        _add(whole, ours)
        _add(ended, (record for record in ours if record.hour <= lease.progress.until))
        lease.save(now_ms())
    return {"ended": ended, "whole": whole, "unreadable": unreadable}


def _add(sums: Tallies, records: Iterable[Counted]) -> None:
    for (_, unit), of_unit in rows_of(records).items():
        sums.setdefault(unit, Counter()).update(increments(of_unit, national=unit == NATION))
