"""What the secretariat watches: every unit, the nation, the divisions, the editions."""

from typing import Any

from chalicelib.associations.domain.unit import Unit, progress
from chalicelib.associations.store import units
from chalicelib.campaigns.campaign import Campaign
from chalicelib.counting.domain import counts
from chalicelib.counting.domain.tally import NATION
from chalicelib.counting.usecases.read_counts import Tally, tally_of
from chalicelib.kernel.instants import shanghai


def overview(campaign: Campaign, now_ms: int) -> dict[str, Any]:
    """All figures of a campaign as they are shown, `today` being Shanghai's day of `now_ms`."""
    nation, today = tally_of(campaign, NATION), shanghai(now_ms).strftime("%Y%m%d")
    return {
        "campaign": campaign.id,
        "state": campaign.state_at(now_ms),
        "units": [_unit(campaign, unit, today) for unit in units.of_campaign(campaign.id)],
        "national": _figures(counts.overall(nation)) | {"today": counts.day(nation, today).collected},
        "provinces": _by(nation, "p", "code"),
        "editions": _by(nation, "e", "edition"),
    }


def _by(nation: Tally, dimension: str, name: str) -> list[dict[str, Any]]:
    found = counts.values(nation, dimension)
    return [{name: value} | _figures(counts.of(nation, dimension, value)) for value in found]


def _unit(campaign: Campaign, unit: Unit, today: str) -> dict[str, Any]:
    tally = tally_of(campaign, unit.code)
    figures = counts.overall(tally)
    return {
        "code": unit.code,
        "name": unit.name,
        "province": unit.province,
        "plan": unit.plan,
        **_figures(figures),
        "today": counts.day(tally, today).collected,
        "progress": progress(figures.collected, unit.plan),
    }


def _figures(figures: counts.Figures) -> dict[str, Any]:
    return {"collected": figures.collected, "valid": figures.valid}
