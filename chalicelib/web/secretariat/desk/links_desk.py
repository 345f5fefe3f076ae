"""`…/links`: links and kits for all units at once."""

from collections.abc import Mapping
from typing import Any

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.associations.store import units
from chalicelib.campaigns.campaign import Campaign
from chalicelib.instrument import questionnaires
from chalicelib.kernel.errors import FieldErrors
from chalicelib.links.domain.link import CHANNELS
from chalicelib.links.usecases import issue_missing_links, pack_kits
from chalicelib.links.usecases.issue_links import MOST_AT_ONCE
from chalicelib.links.usecases.make_kit import usable_links
from chalicelib.web.desk.desk_form import number, permitted, wrong
from chalicelib.web.desk.visitor import Visitor, at_desk
from chalicelib.web.rim import caller
from chalicelib.web.rim.schemas import WantedRequest
from chalicelib.web.secretariat.desk.cancel_order import cancel_order

_FIELDS = ("channel", "edition", "otherwise")
_PATH = "links"


@at_desk("secretariat", Act.LOOK)
def links_desk(visitor: Visitor) -> Response:
    """`GET …/links`, `POST …/links` (`act`: wanted, kits, cancel)"""
    campaign = visitor.campaign
    if visitor.request.method != "POST":
        return _links(visitor, campaign, {})
    return permitted(visitor, _ACTS)(visitor, campaign)


def _wanted(visitor: Visitor, campaign: Campaign) -> Response:
    typed = {name: visitor.one(name) for name in _FIELDS}
    try:
        wanted = caller.read_as(WantedRequest, typed | {"otherwise": number(typed["otherwise"] or "0")})
    except FieldErrors as refusal:
        return _links(visitor, campaign, wrong(visitor, refusal, most=MOST_AT_ONCE))
    issue_missing_links.order_links(
        campaign, wanted.channel, wanted.edition, wanted.otherwise, visitor.at_ms, visitor.who
    )
    return visitor.go(f"{_PATH}#wanted")


def _kits(visitor: Visitor, campaign: Campaign) -> Response:
    pack_kits.order_kits(campaign.id, visitor.at_ms, visitor.who)
    return visitor.go(f"{_PATH}#kits")


def _cancel(visitor: Visitor, _campaign: Campaign) -> Response:
    return cancel_order(visitor, _PATH)


_ACTS = {"wanted": (Act.LINKS, _wanted), "kits": (Act.EXPORTS, _kits), "cancel": (Act.CANCEL, _cancel)}


def _links(visitor: Visitor, campaign: Campaign, said: dict[str, str]) -> Response:
    ordered = issue_missing_links.WANTED.latest(campaign.id)
    packed = pack_kits.KITS.latest(campaign.id)
    kits = pack_kits.read_kits(packed.name, visitor.at_ms, visitor.asker) if packed else None
    wanted = {"status": ordered.status, "name": ordered.name, **dict(ordered.progress)} if ordered else None
    return visitor.page(
        "secretariat/all_links.html",
        typed={name: visitor.one(name) for name in _FIELDS},
        wrong=said,
        channels=CHANNELS,
        editions=questionnaires.EDITIONS,
        wanted=wanted,
        kits=kits,
        packed=packed,
        address=f"{visitor.seen.root}files/{_signed(kits.files[0])}" if kits and kits.files else "",
        busy=any(one is not None and not one.job.done for one in (ordered, packed)),
        **_sums(campaign),
    )


def _signed(file: Mapping[str, Any]) -> str:
    """A file's signed address as it stands behind `/files/`."""
    url: str = file["url"]
    return url.partition("/files/")[2]


def _sums(campaign: Campaign) -> dict[str, Any]:
    """How many links there are and are wanted, and how many units lack some or named no number."""
    everybody = units.of_campaign(campaign.id)
    there = {unit.code: len(usable_links(campaign, unit)) for unit in everybody}
    return {
        "units": len(everybody),
        "there": sum(there.values()),
        "sought": sum(unit.links_wanted or 0 for unit in everybody),
        "lacking": sum((unit.links_wanted or 0) > there[unit.code] for unit in everybody),
        "unsaid": sum(unit.links_wanted is None for unit in everybody),
    }
