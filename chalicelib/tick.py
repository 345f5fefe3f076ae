"""The tick: whatever is due, is done. A missed tick is caught up by the next; two at once don't do a thing twice."""

import logging
from collections.abc import Callable
from functools import partial

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign, Phase
from chalicelib.jobs import jobs
from chalicelib.jobs.job import Job
from chalicelib.jobs.jobs import LeaseLost
from chalicelib.jobs.kinds import kinds
from chalicelib.jobs.run_leased import take_up
from chalicelib.jobs.sweep import sweep
from chalicelib.kernel.clock import now_ms
from chalicelib.mail.usecases import send_mail
from chalicelib.sealing import clocks, close_collection
from chalicelib.sealing.closing import job_id

log = logging.getLogger(__name__)

_LONGEST_MS = 10 * 60_000
"""So long a tick takes up jobs; Lambda ends it after 15 minutes, in the middle of whatever it is at."""
_SEAL_BY_MS = 10 * 60_000
"""After the settle time; a campaign that isn't sealed by then needs somebody to look."""


def tick(at_ms: int, told_ms: int | None = None) -> None:
    """Does what is due at `at_ms`; whoever woke us says that it is `told_ms`. One job's failure keeps no other from
    running; the first is raised at the end."""
    begun, failures = now_ms(), list[Exception]()
    due = [order for kind in kinds().values() for order in kind.orders_due]
    for campaign in campaigns.all_campaigns():
        _try(partial(_close, campaign, at_ms, at_ms if told_ms is None else told_ms), failures)
        for order in due:
            _try(partial(order, campaign, at_ms), failures)
    for job in jobs.unfinished():
        if job.kind in kinds() and now_ms() < begun + _LONGEST_MS:
            _try(partial(_take_up, job), failures)
    _try(partial(sweep, at_ms), failures)
    if failures:
        raise failures[0]


def _take_up(job: Job) -> None:
    take_up(kinds()[job.kind], job.id, now_ms())


def _close(campaign: Campaign, at_ms: int, told_ms: int) -> None:
    """Not by the list of kinds: the closing is handed what tells people of it, which lies above it."""
    if at_ms < campaign.closes_at:
        return
    if campaign.phase is not Phase.SEALED and close_collection.due(campaign, at_ms - _SEAL_BY_MS):
        log.error("seal late: campaign %s should have been sealed by now", campaign.id)
    agreed = campaign.phase is not Phase.COLLECTING or clocks.agree(campaign, told_ms)
    if not (agreed and close_collection.due(campaign, at_ms)):
        return
    job = jobs.find(job_id(campaign))
    if campaign.phase is not Phase.SEALED or (job is not None and not job.done):
        close_collection.close_collection(campaign.id, send_mail.announce_seal)


def _try(work: Callable[[], None], failures: list[Exception]) -> None:
    try:
        work()
    except LeaseLost:
        log.info("another worker has taken over")
    except Exception as failure:  # one job must not keep the others from running
        log.exception("a job failed; the next tick tries again")
        failures.append(failure)
