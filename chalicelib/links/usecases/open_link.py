"""What a scanned code leads to."""

from dataclasses import dataclass

from chalicelib.associations.store import units
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.kernel.errors import LinkRevoked, NotFound
from chalicelib.links.domain.link import Link, read_code
from chalicelib.links.store import links
from chalicelib.links.store.revocations import is_revoked

FRESH_S = 1.0
"""How old campaign and revocations may be where a person looks at the outcome."""

LINK_S = 60.0
"""How old a link may be: what is read of it here never changes."""


@dataclass(frozen=True, slots=True)
class OpenLink:
    """A link, and what a page needs around it."""

    link: Link
    unit_name: str
    campaign: Campaign


def open_link(typed: str) -> OpenLink:
    """The link behind a code as it was typed or scanned.

    Raises `LinkUnknown`, without a look-up where the check character is wrong, and `LinkRevoked`.
    """
    link, campaign = resolve(typed)
    try:
        unit_name = units.cached(link.campaign, link.unit, LINK_S).name
    except NotFound:
        unit_name = link.unit
    return OpenLink(link, unit_name, campaign)


def resolve(typed: str) -> tuple[Link, Campaign]:
    """The link behind a code, and its campaign. Raises as `open_link` does."""
    link = links.cached(read_code(typed), LINK_S)
    campaign = campaigns.cached(link.campaign, FRESH_S)
    if is_revoked(campaign, link.code, FRESH_S):
        raise LinkRevoked("link_revoked", link=link.code)
    return link, campaign
