"""Closing a collection: settle → judge → recount → figures → export → roll → manifest → members → publish → seal →
announce.

The gate is the clock (`record_response`); this only tidies up behind it. Every step can be run twice and gives the
same; a run that is killed goes on where it stopped, at the next tick.
"""

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import pairwise

from chalicelib.associations.store import units
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign, Phase, Seal
from chalicelib.collection import members
from chalicelib.counting.domain.tally import COLLECTED, NATION
from chalicelib.counting.store import tallies
from chalicelib.counting.usecases.read_counts import sum_of
from chalicelib.jobs.heartbeat import kept
from chalicelib.jobs.run_leased import take_up
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.gateways import files
from chalicelib.kernel.settings import settings
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.writes import Write
from chalicelib.quality.usecases.freeze_rules import text_of
from chalicelib.sealing import segments
from chalicelib.sealing.closing import (
    CLOSINGS,
    TICK,
    Closing,
    OthersAreAtIt,
    final_folder,
    job_id,
    judging_folder,
    manifest_name,
    name_of,
    parts_folder,
)
from chalicelib.sealing.judge_finally import judge_finally
from chalicelib.sealing.manifest import RULES, manifest
from chalicelib.sealing.roll import assemble as roll
from chalicelib.sealing.roll import lines, places
from chalicelib.sealing.verdicts import summary, verdicts_name
from chalicelib.sealing.write_export import Part, assemble, read_parts

log = logging.getLogger(__name__)

GoingOn = Callable[[], None]
Step = Callable[[Campaign, Closing, GoingOn], None]
"""A step works out of the job's data alone, so that a worker that lost its lease can only write the same again. It
calls what it is given wherever it comes further, see `jobs.heartbeat`."""
Announce = Callable[[Campaign], None]
"""Tells people that a campaign is sealed. May be called again for the same campaign, and then does nothing new."""


def due(campaign: Campaign, at_ms: int) -> bool:
    """Whether every accepted write must have landed: the settle time after the close has passed."""
    return at_ms >= campaign.closes_at + settings().settle_s * 1000


def close_collection(campaign_id: str, announce: Announce) -> None:
    """Takes the closing of a campaign as far as it goes; another worker that is at it is left alone.

    `announce` is the last step. Raises `LeaseLost` where another worker took over meanwhile, and whatever a step
    raises.
    """
    if not _begin(campaign_id):
        return
    campaign = campaigns.read(campaign_id)
    CLOSINGS.create(name_of(campaign), campaign_id, now_ms(), step=STEPS[0])
    take_up(CLOSINGS, job_id(campaign), now_ms(), partial(_run_steps, announce))


def _run_steps(announce: Announce, lease: Closing) -> None:
    if _is_of_earlier_release(lease):
        _begin_anew(lease)
    while not lease.job.done:
        try:
            _run_step(lease, announce)
        except OthersAreAtIt:
            return lease.release()
    return None


def _run_step(lease: Closing, announce: Announce) -> None:
    job, campaign = lease.job, campaigns.read(lease.job.campaign)
    if job.step == _ANNOUNCE:
        announce(campaign)
    else:
        with kept(lease) as going_on:
            _WORK[job.step](campaign, lease, going_on)
    job.enter(NEXT[job.step])
    job.done = job.step == "done"
    lease.save(now_ms())


def _is_of_earlier_release(lease: Closing) -> bool:
    """Whether what was begun lacks what the later steps read: segments, the lines of the roll, or places in it."""
    progress = lease.progress
    if lease.job.step == STEPS[0]:
        return False
    if progress.manifest:
        return lease.job.step == "members" and "runs" not in progress.roll
    if progress.parts:
        return not all(files.exists(lines.part_name(part)) for part in progress.names())
    return not (progress.segments or progress.judging.buckets)


def _begin_anew(lease: Closing) -> None:
    """A closing that an earlier release has begun made other parts, and files of them that would not be the same."""
    campaign = campaigns.read(lease.job.campaign)
    if campaign.seal is None:
        lease.job.enter(STEPS[0])
        lease.progress.segments, lease.progress.parts = 0, {}
        lease.save(now_ms())
        files.remove(final_folder(campaign))


def _begin(campaign_id: str) -> bool:
    """Shuts the campaign for good, unless its window has been moved meanwhile."""

    def closing(campaign: Campaign) -> Campaign:
        if campaign.phase is not Phase.COLLECTING or not due(campaign, now_ms()):
            return campaign
        return campaign.model_copy(update={"phase": Phase.CLOSING})

    _, after = campaigns.change(campaign_id, closing)
    return after.phase is not Phase.COLLECTING


def _recount(campaign: Campaign, lease: Closing, going_on: GoingOn) -> None:
    """Reads all responses, together with whoever else is there."""
    progress = lease.progress
    if not progress.segments:
        progress.segments = segments.how_many()
        lease.save(now_ms())
    verdicts = verdicts_name(campaign.id) if progress.judging.buckets else ""
    folder = parts_folder(campaign)
    found = segments.read_all(campaign.id, folder, progress.segments, going_on, verdicts=verdicts)
    progress.rows, progress.read = sum(one.progress.rows for one in found), sum(one.job.done for one in found)
    if progress.read < progress.segments:
        raise OthersAreAtIt
    progress.parts = {str(one.progress.segment): one.progress.part for one in found}


def _figures(campaign: Campaign, lease: Closing, going_on: GoingOn) -> None:
    """Notes where the tallies differ from the recount, and then sets its figures: noted twice, rather than never."""
    whole = _whole(lease)
    owners = [NATION, *(unit.code for unit in units.of_campaign(campaign.id))]
    final = {code: whole.tallies.get(code, Counter()) for code in owners}
    tallied = {code: sum_of(campaign.id, code).get(COLLECTED, 0) for code in owners}
    differing = {
        code: {"tallied": tallied[code], "recounted": final[code][COLLECTED]}
        for code in owners
        if tallied[code] != final[code][COLLECTED]
    }
    if differing:
        log.error("counts differ: campaign %s, %d owners of counts", campaign.id, len(differing))
        audit.note(campaign.id, now_ms(), TICK, "recount.difference", campaign.id, differing=differing)
    for code, figures in final.items():
        tallies.put_final(campaign.id, code, figures)
        going_on()


def _export(campaign: Campaign, lease: Closing, going_on: GoingOn) -> None:
    made = assemble(campaign.id, final_folder(campaign), lease.progress.names(), going_on, lasting=True)
    lease.progress.export, *lease.progress.others = made


def _roll(campaign: Campaign, lease: Closing, going_on: GoingOn) -> None:
    lease.progress.roll = roll.assemble(
        final_folder(campaign), parts_folder(campaign), lease.progress.names(), going_on
    )


def _manifest(campaign: Campaign, lease: Closing, _: GoingOn) -> None:
    judged = summary(campaign.id) if lease.progress.judging.buckets else None
    exported = [lease.progress.export, *lease.progress.others]
    made = manifest(campaign, exported, lease.progress.roll, _whole(lease), judged)
    lease.progress.manifest = json.dumps(made, ensure_ascii=False, indent=1)


def _members(campaign: Campaign, lease: Closing, going_on: GoingOn) -> None:
    sorted_members = places.merged(parts_folder(campaign), lease.progress.roll["runs"], going_on)
    lease.progress.members = members.write(campaign.id, campaign.seal_number, sorted_members)


def _publish(campaign: Campaign, lease: Closing, _: GoingOn) -> None:
    if lease.progress.judging.buckets:
        files.put(f"{final_folder(campaign)}/{RULES}", text_of(campaign), lasting=True)
    raw = lease.progress.manifest.encode()
    files.put(manifest_name(campaign), raw, lasting=True)
    lease.progress.manifest_sha256 = hashlib.sha256(raw).hexdigest()


def _seal(campaign: Campaign, lease: Closing, _: GoingOn) -> None:
    seal = Seal(
        sealed_at=now_ms(),
        number=campaign.seal_number,
        manifest=manifest_name(campaign),
        manifest_sha256=lease.progress.manifest_sha256,
        members=lease.progress.members,
        root=lease.progress.roll["root"],
    )

    def sealed(before: Campaign) -> Campaign:
        return before.model_copy(update={"phase": Phase.SEALED, "seal": before.seal or seal})

    def told(_before: Campaign, after: Campaign) -> list[Write]:
        assert after.seal is not None
        return [audit.entry(campaign.id, now_ms(), TICK, "campaign.seal", campaign.id, after=after.seal.model_dump())]

    campaigns.change(campaign.id, sealed, told)


def _tidy(campaign: Campaign, _lease: Closing, _: GoingOn) -> None:
    files.remove(parts_folder(campaign))
    files.remove(judging_folder(campaign))


_WORK: dict[str, Step] = {
    "judge": judge_finally,
    "recount": _recount,
    "figures": _figures,
    "export": _export,
    "roll": _roll,
    "manifest": _manifest,
    "members": _members,
    "publish": _publish,
    "seal": _seal,
    "tidy": _tidy,
}
_ANNOUNCE = "mail"
STEPS = [*_WORK, _ANNOUNCE, "done"]
NEXT = dict(pairwise(STEPS))


def _whole(lease: Closing) -> Part:
    return read_parts(lease.progress.names())
