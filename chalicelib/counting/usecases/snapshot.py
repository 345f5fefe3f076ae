"""What was counted at one instant, for the mails of an occasion: each tally is read once, so they agree."""

from functools import cached_property

from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import units
from chalicelib.campaigns.campaign import Campaign
from chalicelib.counting.domain import counts
from chalicelib.counting.domain.counts import Figures
from chalicelib.counting.domain.tally import NATION
from chalicelib.counting.usecases.read_counts import Point, Tally, points, tally_of
from chalicelib.kernel.instants import shanghai

Snapshot = dict[str, list[int]]
"""Collected and valid by unit (and `NATION`), as a job keeps them."""


class Readings:
    """A campaign's tallies as they were when first asked for."""

    def __init__(self, campaign: Campaign, at_ms: int) -> None:
        self.campaign = campaign
        self.at_ms = at_ms
        self._tallies: dict[str, Tally] = {}

    @cached_property
    def units(self) -> dict[str, Unit]:
        """The units by code."""
        return {unit.code: unit for unit in units.of_campaign(self.campaign.id)}

    def tally(self, code: str) -> Tally:
        """A unit's tally, or the nation's."""
        if code not in self._tallies:
            self._tallies[code] = tally_of(self.campaign, code, 0)
        return self._tallies[code]

    def figures(self, code: str) -> Figures:
        """Collected and valid of a unit, or of the nation."""
        return counts.overall(self.tally(code))

    def today(self, code: str) -> Figures:
        """The same of the Shanghai day of the reading."""
        return counts.day(self.tally(code), shanghai(self.at_ms).strftime("%Y%m%d"))

    def hours(self, code: str) -> list[Point]:
        """A unit's hours over the window so far, beside the nation's."""
        return points(self.campaign, self.at_ms, (self.tally(code), self.tally(NATION)), "hour")

    def snapshot(self) -> Snapshot:
        """Everybody's figures, so that the next occasion can show what has changed."""
        found = {code: self.figures(code) for code in (NATION, *self.units)}
        return {code: [figures.collected, figures.valid] for code, figures in found.items()}
