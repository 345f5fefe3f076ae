"""Judging a campaign again and again while it collects: all that is there, by what all that is there teaches.

The final word is the seal's (`close_collection`). A pass begins an hour after the one before, at the earliest ten times
as long after as that one took, and where no response came meanwhile, a day: some may have been withdrawn.
"""

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign, Phase
from chalicelib.counting.domain import counts
from chalicelib.counting.domain.tally import NATION
from chalicelib.counting.usecases.read_counts import tally_of
from chalicelib.jobs.heartbeat import kept
from chalicelib.jobs.job import Job
from chalicelib.jobs.jobs import Lease
from chalicelib.jobs.kinds import Kind, declare
from chalicelib.jobs.run_leased import finish
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.gateways import files
from chalicelib.kernel.settings import settings
from chalicelib.sealing import segments
from chalicelib.sealing.judge_all import Judging, JudgingProgress
from chalicelib.sealing.outcome import keep_outcome
from chalicelib.sealing.verdicts import summary

DAILY_MS = 24 * 3_600_000
RESTS = 10
"""Times as long as it took, a judging is left alone."""


class ScoreProgress(JudgingProgress):
    """The same, and when it was taken up first (ms)."""

    began_at: int = 0


def _remove(job: Job) -> None:
    segments.cancel(_folder(job), SCORES.read(job).progress.segments)
    files.remove(_folder(job))


SCORES = declare(Kind("score", ScoreProgress, tidy=_remove))


@SCORES.due
def order(campaign: Campaign, at_ms: int) -> None:
    """Orders the next judging where it is due."""
    if campaign.phase is not Phase.COLLECTING or at_ms < campaign.opens_at:
        return
    last = summary(campaign.id)
    every_ms = round(settings().score_every_s * 1000)
    waits_ms = max(every_ms, RESTS * last.took_ms) if last else every_ms
    collected = counts.overall(tally_of(campaign, NATION)).collected
    if collected == (last.collected if last else 0) and not (last and at_ms >= last.as_of + DAILY_MS):
        return
    if last and at_ms < last.as_of + waits_ms:
        return
    name = f"{campaign.id}.{at_ms // waits_ms}"
    if SCORES.get(name) is None:
        SCORES.create(name, campaign.id, at_ms)


@SCORES.work
def _score(lease: Lease[ScoreProgress]) -> None:
    """Gathers together with whoever else is there; whoever finds all gathered judges."""
    job, progress = lease.job, lease.progress
    progress.began_at = progress.began_at or now_ms()
    with kept(lease) as going_on:
        judging = Judging(job.campaign, _folder(job), progress, going_on, lambda: lease.save(now_ms()))
        found = judging.run()
        if found is None:
            return lease.release()
        if campaigns.read(job.campaign).phase is Phase.COLLECTING:
            keep_outcome(job.campaign, found, progress.began_at, now_ms() - progress.began_at)
    files.remove(_folder(job))
    return finish(lease, now_ms())


def _folder(job: Job) -> str:
    return files.scratch(f"{job.campaign}/{job.kind}-{job.name}")
