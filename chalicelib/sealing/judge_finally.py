"""The closing's first step: the final verdicts, on all there is.

A seal doesn't wait for ever. Where judging fails again and again, what was found at acceptance is sealed, and that is
said: by the log, the audit log, and a manifest without rules.
"""

import logging
from collections.abc import Callable

from chalicelib.campaigns.campaign import Campaign
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.store import audit
from chalicelib.sealing.closing import TICK, Closing, OthersAreAtIt, judging_folder
from chalicelib.sealing.judge_all import Judging, JudgingProgress
from chalicelib.sealing.outcome import keep_outcome

log = logging.getLogger(__name__)

TRIES = 10
"""So often it is tried without coming further."""


def judge_finally(campaign: Campaign, lease: Closing, going_on: Callable[[], None]) -> None:
    """See `close_collection.Step`. How long it took is nobody's business any more. Raises `OthersAreAtIt`."""
    if lease.job.idle > TRIES:
        log.error("judging failed: campaign %s is sealed by what was found at acceptance", campaign.id)
        audit.note(campaign.id, now_ms(), TICK, "verdicts.fail", campaign.id, tries=TRIES)
        lease.progress.judging = JudgingProgress()
        return
    progress, folder = lease.progress.judging, judging_folder(campaign)
    found = Judging(campaign.id, folder, progress, going_on, lambda: lease.save(now_ms())).run()
    if found is None:
        raise OthersAreAtIt
    keep_outcome(campaign.id, found, campaign.closes_at, 0)
