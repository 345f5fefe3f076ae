"""Where an old poster's code leads, once its campaign is sealed: to the same association's link of the open one."""

from chalicelib.associations.store import associations, units
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign, Phase, State
from chalicelib.kernel.errors import NotFound
from chalicelib.links.domain.link import Link
from chalicelib.links.store import links
from chalicelib.links.store.revocations import is_revoked


def lead_on(link: Link, campaign: Campaign, at_ms: int) -> Link | None:
    """The link of an open campaign that stands in the place of this one, else any of its association's with the same
    edition; None where there is none, or the secretariat has its campaign's links end."""
    if campaign.phase is not Phase.SEALED or not campaign.leads_on:
        return None
    try:
        unit = units.cached(link.campaign, link.unit, 60.0)
        part = associations.read(unit.association).taking_part if unit.association else {}
    except NotFound:
        return None
    for name, code in sorted(part.items(), reverse=True):
        later = campaigns.cached(name, 1.0)
        if later.state_at(at_ms) is State.OPEN:
            usable = [one for one in links.of_unit(name, code) if not is_revoked(later, one.code, 1.0)]
            found = [one for one in usable if link.code in one.follows]
            return next(iter(found or [one for one in usable if one.edition == link.edition]), None)
    return None
