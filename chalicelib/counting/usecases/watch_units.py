"""What the secretariat's desk says of each unit beyond its figures: who lags, is silent, or has made a sudden jump."""

from dataclasses import dataclass

from chalicelib.associations.domain.unit import Unit, progress
from chalicelib.associations.store import units
from chalicelib.campaigns.campaign import Campaign
from chalicelib.counting.domain import counts, pace
from chalicelib.counting.domain.counts import Figures
from chalicelib.counting.usecases.read_counts import tally_of
from chalicelib.kernel.instants import shanghai


@dataclass(frozen=True, slots=True)
class Watched:
    """A unit's line."""

    unit: Unit
    collected: int
    valid: int
    today: int
    progress: float | None
    last_hour: str
    """The latest hour in which something came in, `2021080309`; empty: none yet."""
    lags: bool
    silent: bool
    jump: tuple[str, int] | None
    """An hour of the last day far above what the unit is used to, and what came in then."""


def watch_units(campaign: Campaign, now_ms: int) -> list[Watched]:
    """The units of a campaign by code."""
    return [_watched(campaign, unit, now_ms) for unit in units.of_campaign(campaign.id)]


def _watched(campaign: Campaign, unit: Unit, now_ms: int) -> Watched:
    tally = tally_of(campaign, unit.code)
    figures: Figures = counts.overall(tally)
    window, share = campaign.window_at(now_ms), progress(figures.collected, unit.plan)
    return Watched(
        unit=unit,
        collected=figures.collected,
        valid=figures.valid,
        today=counts.day(tally, shanghai(now_ms).strftime("%Y%m%d")).collected,
        progress=share,
        last_hour=pace.last_hour(tally),
        lags=pace.lags(share, window, now_ms),
        silent=pace.is_silent(tally, window, now_ms),
        jump=pace.latest_jump(tally, now_ms),
    )
