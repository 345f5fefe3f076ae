"""The kit of a unit: for each of its links everything to hand out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.link import EDITION_NAMES, Link
from chalicelib.domain.unit import Unit
from chalicelib.gateways import qr
from chalicelib.gateways.kit import packed
from chalicelib.gateways.tables import csv_file
from chalicelib.store import campaigns, links, units

PAGE = 200
"""Links in one archive, some 20 KB each: Lambda answers with 6 MB at most, in Base64."""
PNG_SCALES = (10, 20, 40)
"""Pixels to a module: for chats, for screens, for print."""
_COLUMNS = ("code", "url", "unit", "channel", "edition", "label")

Snippets = Callable[[Link, Campaign], Mapping[str, str]]
"""HTML for a unit's own site or app, by kind."""


@dataclass(frozen=True, slots=True)
class Kit:
    """An archive, and how many there are of the unit's links."""

    file: bytes
    pages: int


def make_kit(campaign_id: str, unit_code: str, page: int, snippets: Snippets) -> Kit:
    """Page `page`, from 1, of a unit's kit: its links that aren't revoked, oldest first. Raises `NotFound`."""
    campaign, unit = campaigns.read(campaign_id), units.read(campaign_id, unit_code)
    usable = [link for link in links.of_unit(campaign_id, unit_code) if link.code not in campaign.revoked]
    some = usable[PAGE * (page - 1) : PAGE * page]
    rows = ([link.code, qr.link_url(link.code), unit.name, link.channel, link.edition, link.label] for link in some)
    files = [("links.csv", csv_file(_COLUMNS, rows))]
    for link in some:
        files += _files(link, unit, campaign, snippets)
    return Kit(packed(files), max(1, -(-len(usable) // PAGE)))


def _files(link: Link, unit: Unit, campaign: Campaign, snippets: Snippets) -> Iterator[tuple[str, bytes]]:
    from chalicelib.gateways.sheet_pdf import SheetText, sheet_pdf  # noqa: PLC0415 - loads the font that prints

    place = " · ".join(part for part in (link.channel, link.label) if part)
    words = SheetText(campaign.title, unit.name, place, EDITION_NAMES[link.edition])
    yield f"{link.code}/sheet.pdf", sheet_pdf(link.code, words)
    yield f"{link.code}/qr.svg", qr.svg(link.code, unit.name).encode()
    for scale in PNG_SCALES:
        yield f"{link.code}/qr-{scale}.png", qr.png(link.code, scale)
    for kind, html in snippets(link, campaign).items():
        yield f"{link.code}/embed-{kind}.html", html.encode()
