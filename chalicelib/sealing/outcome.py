"""What judging found, and setting it: what is taken off each unit's counts, reasons by link, verdicts by response."""

import json
from collections import Counter
from collections.abc import Sequence

from pydantic import BaseModel, Field

from chalicelib.associations.store import units
from chalicelib.campaigns import campaigns
from chalicelib.collection.response import WITHDRAWN
from chalicelib.counting.domain.tally import NATION, Counted, hour_of
from chalicelib.counting.domain.verdicts import taken_off
from chalicelib.counting.store import tallies
from chalicelib.kernel.gateways import files
from chalicelib.quality.domain.judge import Fits, judge_unit
from chalicelib.quality.usecases.freeze_rules import rules_of
from chalicelib.sealing.gather import Gathered
from chalicelib.sealing.verdicts import OfLink, OfUnit, Summary, keep, sum_up, verdicts_name


class Outcome(BaseModel):
    """What was found in one bucket of units, or in all."""

    units: dict[str, OfUnit] = Field(default_factory=dict)
    taken: dict[str, Counter[str]] = Field(default_factory=dict)
    """By unit, and for `NATION`: see `counting.domain.verdicts`."""
    verdicts: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """By response: all reasons of those that have some beyond acceptance."""

    def merge(self, other: "Outcome") -> None:
        """Adds another bucket's, which has other units."""
        self.units |= other.units
        self.verdicts |= other.verdicts
        for owner, counters in other.taken.items():
            self.taken.setdefault(owner, Counter()).update(counters)


def judge_into(found: Outcome, campaign: str, unit: str, responses: Sequence[Gathered], fits: Fits) -> None:
    """Judges all responses of a unit, given in the order of arrival. Those withdrawn are counted and not judged, and
    speak against no link."""
    judged = [one for one in responses if not one.withdrawn]
    verdicts = judge_unit([one.record for one in judged], [one.share for one in judged], fits)
    of_unit, withdrawn = OfUnit(), [one for one in responses if one.withdrawn]
    for one in withdrawn:
        link = of_unit.links.setdefault(one.record.link, OfLink())
        link.collected += 1
        link.reasons[WITHDRAWN] += 1
    invalid = [_counted(campaign, one) for one in withdrawn if one.accepted_as_valid]
    for one, verdict in zip(judged, verdicts, strict=True):
        link = of_unit.links.setdefault(one.record.link, OfLink())
        link.collected += 1
        link.invalid += not verdict.valid
        link.reasons.update(verdict.reasons.keys())
        if set(verdict.reasons) > set(one.record.broken):
            found.verdicts[one.id] = tuple(verdict.reasons)
        if not verdict.valid and one.accepted_as_valid:
            invalid.append(_counted(campaign, one))
    found.units[unit] = of_unit
    for owner, national in ((unit, False), (NATION, True)):
        found.taken.setdefault(owner, Counter()).update(taken_off(invalid, national=national))


def keep_outcome(campaign: str, found: Outcome, began_at: int, took_ms: int) -> None:
    """Sets what was found: verdicts first, the counts, the reasons for people last. The same again changes nothing."""
    files.put(verdicts_name(campaign), json.dumps(found.verdicts).encode())
    for code in (*(unit.code for unit in units.of_campaign(campaign)), NATION):
        wanted = dict(found.taken.get(code, {}))
        if tallies.read(campaign, code).get(tallies.VERDICTS, {}) != wanted:
            tallies.put_verdicts(campaign, code, wanted)
    collected = sum(unit.collected for unit in found.units.values())
    rules = rules_of(campaigns.read(campaign)).id
    told = Summary(as_of=began_at, took_ms=took_ms, rules=rules, collected=collected, units=sum_up(found.units))
    keep(campaign, found.units, told)


def _counted(campaign: str, one: Gathered) -> Counted:
    return Counted(
        campaign=campaign,
        unit=one.record.unit,
        link=one.record.link,
        edition=one.record.edition,
        hour=hour_of(one.record.accepted_at),
        valid=True,
        residence=one.residence,
    )
