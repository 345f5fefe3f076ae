"""The kit of a unit: for each of its links everything to hand out."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.gateways.tables import csv_file
from chalicelib.associations.store import units
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.kernel.instants import end_of, shanghai
from chalicelib.kernel.texts import chinese
from chalicelib.links.domain.link import Link
from chalicelib.links.gateways import qr
from chalicelib.links.gateways.embed import hints, snippets
from chalicelib.links.gateways.kit import packed
from chalicelib.links.store import links
from chalicelib.links.store.revocations import is_revoked

PAGE = 200
"""Links in one archive, some 20 KB each: Lambda answers with 6 MB at most, in Base64."""
PNG_SCALES = (10, 20, 40)
"""Pixels to a module: for chats, for screens, for print."""
_COLUMNS = ("code", "url", "unit", "channel", "edition", "label")


@dataclass(frozen=True, slots=True)
class Kit:
    """An archive, and how many there are of the unit's links."""

    file: bytes
    pages: int


def make_kit(campaign_id: str, unit_code: str, page: int) -> Kit:
    """Page `page`, from 1, of a unit's kit: its links that aren't revoked, oldest first. Raises `NotFound`."""
    campaign, unit = campaigns.read(campaign_id), units.read(campaign_id, unit_code)
    usable = usable_links(campaign, unit)
    some = usable[PAGE * (page - 1) : PAGE * page]
    return Kit(packed(kit_files(campaign, unit, some)), max(1, -(-len(usable) // PAGE)))


def usable_links(campaign: Campaign, unit: Unit) -> list[Link]:
    """A unit's links that aren't revoked, oldest first."""
    return [link for link in links.of_unit(campaign.id, unit.code) if not is_revoked(campaign, link.code, 1.0)]


def make_sheet(link: Link, unit: Unit, campaign: Campaign) -> bytes:
    """A link's sheet, to be printed and put up: PDF, A4."""
    from chalicelib.links.gateways.sheet_pdf import SheetText, sheet_pdf  # noqa: PLC0415 - loads the font that prints

    place = " · ".join(part for part in (link.channel, link.label) if part)
    edition = chinese("pages")(f"edition_{link.edition}")
    opens, (closes, until) = shanghai(campaign.opens_at), end_of(campaign.closes_at)
    begins, ends = (
        chinese("kits")("moment", month=day.month, day=day.day, time=time)
        for day, time in ((opens, f"{opens:%H:%M}"), (closes, until))
    )
    dates = chinese("kits")("dates", opens=begins, closes=ends)
    return sheet_pdf(link.code, SheetText(campaign.title, unit.name, place, edition, dates))


def kit_files(campaign: Campaign, unit: Unit, some: Sequence[Link]) -> Iterator[tuple[str, bytes]]:
    """What a kit of these links holds: paths and contents."""
    yield "links.csv", links_csv([(unit, some)])
    yield "hints.html", _hints(campaign, unit, some)
    for link in some:
        yield from _files(link, unit, campaign)


def links_csv(listed: Sequence[tuple[Unit, Sequence[Link]]]) -> bytes:
    """The list of units' links."""
    rows = (
        [link.code, qr.link_url(link.code), unit.name, link.channel, link.edition, link.label]
        for unit, some in listed
        for link in some
    )
    return csv_file(_COLUMNS, rows)


def _hints(campaign: Campaign, unit: Unit, some: Sequence[Link]) -> bytes:
    shown = [
        {"channel": link.channel, "label": link.label, "url": qr.link_url(link.code), "code": link.code}
        for link in some
    ]
    closes, until = end_of(campaign.closes_at)
    day = chinese("kits")("closes", year=closes.year, month=closes.month, day=closes.day, time=until)
    return hints(campaign.title, unit.name, day, shown).encode()


def _files(link: Link, unit: Unit, campaign: Campaign) -> Iterator[tuple[str, bytes]]:
    yield f"{link.code}/sheet.pdf", make_sheet(link, unit, campaign)
    yield f"{link.code}/qr.svg", qr.svg(link.code, unit.name).encode()
    for scale in PNG_SCALES:
        yield f"{link.code}/qr-{scale}.png", qr.png(link.code, scale)
    for kind, html in asdict(snippets(qr.link_url(link.code), link.code, campaign.title)).items():
        yield f"{link.code}/embed-{kind}.html", html.encode()
