"""What is taken over, one thing at a time. Each can be done again: what was taken over before stays as it is now."""

from functools import partial

from chalicelib.associations.domain.association import Association
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.domain.unit_codes import UnitCodes
from chalicelib.associations.store import contacts, units
from chalicelib.associations.store.registrations import Registration, association_of, write_together
from chalicelib.associations.usecases.register_units import view
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import IDENTITY, Campaign
from chalicelib.kernel.codes import is_plain
from chalicelib.kernel.gateways import files
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.writes import MOST_TOGETHER, Write, commit, until_not_overtaken
from chalicelib.links.domain.link import Link
from chalicelib.links.store import links
from chalicelib.links.store.revocations import is_revoked
from chalicelib.links.usecases.issue_links import fresh_link
from chalicelib.materials import materials

_TOGETHER = MOST_TOGETHER - 2
"""Links in one transaction, beside their unit and the audit's entry."""
_WITH_RECIPIENTS = {"recipients", "digest_times", *IDENTITY}


def take_recipients(campaign: Campaign, earlier: Campaign, at_ms: int, who: str) -> None:
    """Who is mailed, and when, and who asks, as in the earlier campaign; what is said already of who asks stays."""

    def taken(before: Campaign) -> Campaign:
        asks = {name: getattr(before, name) or getattr(earlier, name) for name in IDENTITY}
        return before.model_copy(
            update={"recipients": earlier.recipients, "digest_times": earlier.digest_times, **asks}
        )

    def told(before: Campaign, after: Campaign) -> list[Write]:
        was, now = (one.model_dump(mode="json", include=_WITH_RECIPIENTS) for one in (before, after))
        return [audit.entry(campaign.id, at_ms, who, "campaign.change", campaign.id, before=was, after=now)]

    campaigns.change(campaign.id, taken, told)


def take_material(campaign: Campaign, earlier: Campaign, at_ms: int, who: str) -> None:
    """The newest version of each material that the units see."""
    for one in materials.of_campaign(earlier.id):
        version = one.newest.model_copy(update={"number": 1, "created_at": at_ms, "by": who})
        copy = one.model_copy(update={"campaign": campaign.id, "versions": (version,), "revision": 1})
        if one.withdrawn or any(known.id == one.id for known in materials.of_campaign(campaign.id)):
            continue
        files.put(copy.stored_as(version), files.read(one.stored_as(one.newest)))
        seen = {"from": earlier.id, "kind": one.kind, "name": one.name}
        materials.create(copy, audit.entry(campaign.id, at_ms, who, "material.add", one.id, before=None, after=seen))


def unit_in(campaign: Campaign, unit: Unit) -> Unit | None:
    """As which unit the association of an earlier campaign's unit takes part in this one; None: not at all."""
    code = association_of(unit).taking_part.get(campaign.id)
    return units.find(campaign.id, code) if code else None


def take_unit(campaign: Campaign, unit: Unit, at_ms: int, who: str) -> bool:
    """Has a unit's association take part, too, with its contact; says whether it didn't before. Its key stays."""

    def attempt() -> bool:
        association = association_of(unit)
        if campaign.id in association.taking_part:
            return False
        write_together([_registration(campaign, unit, association, at_ms, who)])
        return True

    return until_not_overtaken(attempt)


def _registration(campaign: Campaign, unit: Unit, association: Association, at_ms: int, who: str) -> Registration:
    taken = [one.code for one in units.of_campaign(campaign.id)]
    code = unit.code if is_plain(unit.code) and unit.code not in taken else UnitCodes(taken).next_of(unit.province)
    own = Unit(
        campaign=campaign.id,
        code=code,
        name=unit.name,
        province=unit.province,
        city=unit.city,
        links_wanted=unit.links_wanted,
    )
    contact = contacts.read(unit.campaign, unit.code)
    seen = {"from": f"{unit.campaign}.{unit.code}", **view(own, contact)}
    entry = audit.entry(campaign.id, at_ms, who, "unit.take-over", code, after=seen)
    known = contacts.read(campaign.id, code)
    return Registration(None, own, entry, known, known or contact, association=association)


def take_links(earlier: Campaign, unit: Unit, own: Unit, at_ms: int, who: str) -> int:
    """A link in place of each that the unit had and that wasn't revoked, of the same channel, edition and label; says
    how many came new. How far it has come is stored with the links, so none is issued twice, however often it ends."""
    known = sorted(links.of_unit(earlier.id, unit.code), key=lambda link: link.code)
    usable = [link for link in known if not is_revoked(earlier, link.code, 1.0)]
    groups = [usable[start : start + _TOGETHER] for start in range(0, len(usable), _TOGETHER)]
    return sum(until_not_overtaken(partial(_issue, earlier, own, some, at_ms, who)) for some in groups)


def _issue(earlier: Campaign, own: Unit, some: list[Link], at_ms: int, who: str) -> int:
    stored = units.read(own.campaign, own.code)
    reached = stored.links_taken.get(earlier.id, "")
    fresh = [_in_place_of(old, own, at_ms) for old in some if old.code > reached]
    if not fresh:
        return 0
    after = stored.model_copy(update={"links_taken": {**stored.links_taken, earlier.id: some[-1].code}})
    seen = {"codes": [link.code for link in fresh], "from": earlier.id}
    entry = audit.entry(own.campaign, at_ms, who, "link.issue", own.code, after=seen)
    commit(units.changing(stored, after), *map(links.creating, fresh), entry)
    for link in fresh[:1]:
        links.forget(link)
    return len(fresh)


def _in_place_of(old: Link, own: Unit, at_ms: int) -> Link:
    fresh = fresh_link(own.campaign, own.code, old.channel, old.edition, old.label, at_ms)
    return fresh.model_copy(update={"follows": (*old.follows, old.code)})
