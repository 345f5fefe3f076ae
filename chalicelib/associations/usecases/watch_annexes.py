"""Who hasn't handed in which annex. Annex 1 is in where a plan is known, annex 2 where a supporter names the unit."""

from dataclasses import dataclass

from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import contacts, supporters, units
from chalicelib.campaigns.campaign import Campaign


@dataclass(frozen=True, slots=True)
class Missing:
    """A unit that hasn't handed in everything."""

    unit: Unit
    annex_1: bool
    """Whether annex 1 is missing."""
    annex_2: bool
    email: str | None
    """Where to remind it; the secretariat's business alone."""


def missing_annexes(campaign: Campaign) -> list[Missing]:
    """The units that haven't handed in everything, by code."""
    reachable = contacts.of_campaign(campaign.id)
    supported = {supporter.unit for supporter in supporters.of_campaign(campaign.id)}
    found = []
    for unit in units.of_campaign(campaign.id):
        contact = reachable.get(unit.code)
        missing = Missing(unit, unit.plan is None, unit.code not in supported, contact.email if contact else None)
        found += [missing] if missing.annex_1 or missing.annex_2 else []
    return found
