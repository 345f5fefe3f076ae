"""Whether the clocks agree that a campaign is over. The seal is for good, so one reading of one clock is not enough.

A clock that was wrong for seconds (a machine that was woken, a dead battery) once sealed a campaign eleven days early.
So the close is seen twice, some time apart, and between the two a clock that nobody sets must have gone as far: on one
machine the one that counts from its start, on AWS the table's.
"""

import logging

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign, Sighting
from chalicelib.counting.domain.tally import NATION, hour_of
from chalicelib.counting.usecases.read_counts import tally_of
from chalicelib.kernel.clock import now_ms, steady_ms
from chalicelib.kernel.settings import settings

log = logging.getLogger(__name__)

APART_MS = 20_000
_TOLERANCE_MS = 3_000
"""What two clocks may differ by: the table tells whole seconds, and a call takes its time."""
_TOLD_MS = 10 * 60_000
"""Likewise this clock and the event that woke us, which may have been on its way for a while."""


def agree(campaign: Campaign, told_ms: int) -> bool:
    """Whether a campaign whose close has passed by this clock may be sealed. `told_ms` is when whoever woke us says
    that it is (ms). Notes the first sight of the close in the campaign."""
    wall, steady = now_ms(), steady_ms() if settings().dynamodb_endpoint else campaigns.table_ms()
    if abs(wall - told_ms) > _TOLD_MS:
        log.error("seal late: this clock is %d s from the one that woke us", (wall - told_ms) // 1000)
        return False
    seen = campaign.seen
    if seen is None or seen.closes_at != campaign.closes_at or not _went_alike(seen, wall, steady):
        sighting = Sighting(closes_at=campaign.closes_at, wall=wall, steady=steady)
        campaigns.change(campaign.id, lambda c: c.model_copy(update={"seen": sighting}))
        return False
    if _has_counts_after(campaign, wall):
        log.error("seal late: campaign %s has responses that arrived after what this clock says", campaign.id)
        return False
    return steady - seen.steady >= min(APART_MS, settings().settle_s * 1000)


def _went_alike(seen: Sighting, wall: int, steady: int) -> bool:
    return steady >= seen.steady and abs((wall - seen.wall) - (steady - seen.steady)) <= _TOLERANCE_MS


def _has_counts_after(campaign: Campaign, wall: int) -> bool:
    now = f"h:{hour_of(wall)}"
    return any(name > now for name in tally_of(campaign, NATION) if name.startswith("h:"))
