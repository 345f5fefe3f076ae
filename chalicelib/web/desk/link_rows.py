"""Links as the desks list them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalicelib.campaigns.campaign import Campaign
from chalicelib.counting.domain import counts
from chalicelib.counting.domain.counts import Figures
from chalicelib.links.domain.link import Link
from chalicelib.links.gateways.qr import link_url
from chalicelib.links.store.revocations import is_revoked
from chalicelib.links.usecases import make_kit


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link as a desk shows it."""

    link: Link
    url: str
    figures: Figures
    revoked: bool


def kit_pages(rows: Sequence[LinkRow]) -> int:
    """Into how many archives the kit of these links is parted."""
    return max(1, -(-sum(not row.revoked for row in rows) // make_kit.PAGE))


def link_row(campaign: Campaign, tally: Mapping[str, int], link: Link) -> LinkRow:
    """A link's row, with its figures out of its unit's tally."""
    return LinkRow(link, link_url(link.code), counts.of(tally, "l", link.code), is_revoked(campaign, link.code, 1.0))
