"""A unit's place among the units, where the secretariat lets units know it."""

from chalicelib.associations.store import units
from chalicelib.campaigns.campaign import Campaign
from chalicelib.counting.domain import counts
from chalicelib.counting.usecases.read_counts import tally_of

MAX_AGE_S = 30.0
"""A place takes every unit's tally, so it may be older than a count."""


def rank_unit(campaign: Campaign, code: str) -> tuple[int, int] | None:
    """The unit's place by what was collected, and of how many; those who collected the same share a place.

    None where units aren't to know.
    """
    if not campaign.shows_place:
        return None
    collected = {
        unit.code: counts.overall(tally_of(campaign, unit.code, MAX_AGE_S)).collected
        for unit in units.of_campaign(campaign.id)
    }
    own = collected.get(code, 0)
    return 1 + sum(theirs > own for theirs in collected.values()), len(collected)
