"""Links as the desks list them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from chalice.app import Request

from chalicelib.campaigns.campaign import Campaign
from chalicelib.counting.domain import counts
from chalicelib.counting.domain.counts import Figures
from chalicelib.links.domain.link import Link
from chalicelib.links.gateways.qr import link_url
from chalicelib.links.store.revocations import is_revoked
from chalicelib.links.usecases import make_kit
from chalicelib.web.rim import caller

PAGE = 30
"""Links on a page of a desk: with their codes some twenty screens of a phone."""


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link as a desk shows it."""

    link: Link
    url: str
    figures: Figures
    revoked: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a unit's links, of those that fit what was asked."""

    rows: Sequence[LinkRow]
    page: int
    """From 1."""
    pages: int
    found: int
    total: int
    asked: str
    kit_pages: int
    """Into how many archives the kit of all of them is parted."""


def listed(request: Request, rows: Sequence[LinkRow]) -> Listed:
    """The page that an address asks for: `?find=` words of channel, label or code, `&page=`."""
    asked = caller.query(request, "find") or ""
    words = asked.casefold().replace("-", "").split()
    found = [row for row in rows if all(word in _words(row.link) for word in words)]
    pages = max(1, -(-len(found) // PAGE))
    said = caller.query(request, "page") or ""
    page = min(max(1, int(said) if said.isdecimal() else 1), pages)
    kits = max(1, -(-sum(not row.revoked for row in rows) // make_kit.PAGE))
    return Listed(found[PAGE * (page - 1) : PAGE * page], page, pages, len(found), len(rows), asked, kits)


def place_in_list(request: Request) -> dict[str, str]:
    """What an address says of that page, to come back to it."""
    return {name: said for name in ("find", "page") if (said := caller.query(request, name))}


def _words(link: Link) -> str:
    return f"{link.channel} {link.label} {link.code}".casefold().replace("-", "")


def link_row(campaign: Campaign, tally: Mapping[str, int], link: Link) -> LinkRow:
    """A link's row, with its figures out of its unit's tally."""
    return LinkRow(link, link_url(link.code), counts.of(tally, "l", link.code), is_revoked(campaign, link.code, 1.0))
