"""The tick: whatever is due, is done. A missed tick is caught up by the next; two at once don't do a thing twice."""

import logging
from collections.abc import Callable
from functools import partial

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign, Phase
from chalicelib.counting.usecases import compare_counts, recount, settle_counts
from chalicelib.jobs import jobs
from chalicelib.jobs.jobs import LeaseLost
from chalicelib.links.usecases import issue_missing_links, pack_kits
from chalicelib.mail.domain.outgoing import Occasion
from chalicelib.mail.usecases import order_mail, send_mail
from chalicelib.sealing import close_collection, export

log = logging.getLogger(__name__)

_ORDERED = {
    order_mail.KIND: send_mail.run,
    export.KIND: export.run,
    compare_counts.KIND: recount.run,
    issue_missing_links.KIND: issue_missing_links.run,
    pack_kits.KIND: pack_kits.run,
    settle_counts.KIND: settle_counts.run,
}
"""The jobs that somebody orders, or the night does; a campaign's own are found by its window."""


def tick(at_ms: int) -> None:
    """Does what is due at `at_ms`. One job's failure keeps no other from running; the first is raised at the end."""
    failures: list[Exception] = []
    for campaign in campaigns.all_campaigns():
        for work in (_digest, _close, recount.nightly, settle_counts.order):
            _try(partial(work, campaign, at_ms), failures)
    for job in jobs.unfinished():
        if job.kind in _ORDERED:
            _try(partial(_ORDERED[job.kind], job.id), failures)
    if failures:
        raise failures[0]


def _digest(campaign: Campaign, at_ms: int) -> None:
    slot = order_mail.due_slot(campaign, at_ms)
    if slot is not None:
        order_mail.order_mail(campaign, Occasion.DIGEST, slot)


def _close(campaign: Campaign, at_ms: int) -> None:
    if not close_collection.due(campaign, at_ms):
        return
    job = jobs.find(close_collection.job_id(campaign.id))
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
