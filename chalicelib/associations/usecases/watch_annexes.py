"""Who has handed in which annex. Annex 1 is in where a plan is known, annex 2 where a supporter names the unit; but not
where the secretariat has sent it back."""

from dataclasses import dataclass

from chalicelib.associations.domain.hand_in import Annex, HandIn, Standing
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import contacts, hand_ins, supporters, units
from chalicelib.campaigns.campaign import Campaign


@dataclass(frozen=True, slots=True)
class Standings:
    """A unit, and how far the annexes have come that it fills in at its own desk; None: it hasn't begun."""

    unit: Unit
    units: HandIn | None
    supporters: HandIn | None


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
    begun = _begun(campaign)
    found = []
    for unit in units.of_campaign(campaign.id):
        contact = reachable.get(unit.code)
        annex_1 = is_missing(begun.get((unit.code, Annex.UNITS)), registered=unit.plan is not None)
        annex_2 = is_missing(begun.get((unit.code, Annex.SUPPORTERS)), registered=unit.code in supported)
        missing = Missing(unit, annex_1, annex_2, contact.email if contact else None)
        found += [missing] if missing.annex_1 or missing.annex_2 else []
    return found


def is_missing(filled_in: HandIn | None, *, registered: bool) -> bool:
    """Whether an annex isn't in: as the unit filled it in, None where it hasn't; `registered` says what is known."""
    return not registered or (filled_in is not None and filled_in.standing is Standing.SENT_BACK)


def _begun(campaign: Campaign) -> dict[tuple[str, Annex], HandIn]:
    return {(one.unit, one.annex): one for one in hand_ins.of_campaign(campaign.id)}


def filled_in(campaign: Campaign) -> list[Standings]:
    """The units that fill in their annexes themselves, or have done so, by code."""
    begun = _begun(campaign)
    all_of = [
        Standings(unit, begun.get((unit.code, Annex.UNITS)), begun.get((unit.code, Annex.SUPPORTERS)))
        for unit in units.of_campaign(campaign.id)
    ]
    return [one for one in all_of if one.units or one.supporters]
