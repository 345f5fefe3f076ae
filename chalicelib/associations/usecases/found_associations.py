"""Giving the units of earlier releases their associations: once for each campaign, by a job, with a copy first.

Until then, and for as long as this release is in use, both forms are read. A campaign of which something can't be read
is refused: nothing of it is changed, and the log says why.
"""

import gzip
import json
import logging

from chalicelib.access.store import keys
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import units
from chalicelib.associations.store.registrations import association_of
from chalicelib.campaigns.campaign import Campaign
from chalicelib.jobs.job import Progress
from chalicelib.jobs.jobs import Lease
from chalicelib.jobs.kinds import Kind, declare
from chalicelib.jobs.run_leased import finish
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.gateways import files
from chalicelib.kernel.store import audit

log = logging.getLogger(__name__)


class FoundProgress(Progress):
    """How far it has come."""

    last: str = ""
    """The last unit that has its association, by code."""
    done: int = 0
    refused: str = ""
    """Why nothing was changed."""

    def position(self) -> int:
        """By units."""
        return self.done


FOUND = declare(Kind("associations", FoundProgress, kept=lambda _: True))


@FOUND.due
def order(campaign: Campaign, at_ms: int) -> None:
    """Once for each campaign that has units of an earlier release."""
    if FOUND.get(campaign.id) is None:
        is_new = all(unit.association is not None for unit in units.of_campaign(campaign.id))
        FOUND.create(campaign.id, campaign.id, at_ms, FoundProgress(), done=is_new)


@FOUND.work
def _found(lease: Lease[FoundProgress]) -> None:
    progress, everybody = lease.progress, units.of_campaign(lease.job.campaign)
    if not progress.last and not progress.refused:
        progress.refused = "; ".join(_unreadable(unit) for unit in everybody if _unreadable(unit))
        if not progress.refused:
            _copy(lease.job.campaign, everybody)
    if progress.refused:
        log.error("units of %s were not migrated: %s", lease.job.campaign, progress.refused)
    for number, unit in enumerate(everybody, 1):
        if unit.code > progress.last and not progress.refused:
            association_of(unit)
            progress.last, progress.done = unit.code, number
            lease.save(now_ms())
    finish(lease, now_ms())


def _unreadable(unit: Unit) -> str:
    """What is wrong with a unit's key; nothing where it opens this unit alone, or there is none."""
    if unit.association is not None or unit.key_hash is None:
        return ""
    found = keys.holder_of(unit.key_hash)
    if found is None:
        return f"{unit.code}: its key is not there"
    opens = dict(found.taking_part)
    return "" if opens == {unit.campaign: unit.code} else f"{unit.code}: its key opens {opens}"


def _copy(campaign: str, everybody: list[Unit]) -> None:
    """Units as they were, a line of JSON each; keys are hashes there, too."""
    name = f"{campaign}/migrated/units.jsonl.gz"
    if not files.exists(name):
        lines = "".join(json.dumps(unit.model_dump(mode="json"), ensure_ascii=False) + "\n" for unit in everybody)
        files.put(name, gzip.compress(lines.encode(), mtime=0))
        audit.note(campaign, now_ms(), "minsheng", "campaign.migrate", campaign, copy=name, units=len(everybody))
