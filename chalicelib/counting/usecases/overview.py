"""What the secretariat watches: every unit, the nation, the divisions, the editions."""

from dataclasses import dataclass
from typing import Any

from chalicelib.associations.domain.unit import Unit, progress
from chalicelib.associations.store import units
from chalicelib.campaigns.campaign import Campaign
from chalicelib.counting.domain import counts
from chalicelib.counting.domain.tally import NATION
from chalicelib.counting.usecases.read_counts import Tally, tally_of
from chalicelib.kernel.instants import shanghai


@dataclass(frozen=True, slots=True)
class Overview:
    """All figures of a campaign."""

    campaign: Campaign
    units_alone: list[Unit]
    national: Tally

    def body(self, now_ms: int) -> dict[str, Any]:
        """The overview as it is shown, `today` being Shanghai's day of `now_ms`."""
        today = shanghai(now_ms).strftime("%Y%m%d")
        return {
            "campaign": self.campaign.id,
            "state": self.campaign.state_at(now_ms),
            "units": [_unit(self.campaign, unit, today) for unit in self.units_alone],
            "national": _figures(counts.overall(self.national)) | {"today": counts.day(self.national, today).collected},
            "provinces": self._by("p", "code"),
            "editions": self._by("e", "edition"),
        }

    def _by(self, dimension: str, name: str) -> list[dict[str, Any]]:
        found = counts.values(self.national, dimension)
        return [{name: value} | _figures(counts.of(self.national, dimension, value)) for value in found]


def overview(campaign: Campaign) -> Overview:
    """The overview of a campaign."""
    return Overview(campaign, units.of_campaign(campaign.id), tally_of(campaign, NATION))


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
