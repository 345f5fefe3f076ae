"""The annexes. `…/annexes`: due dates, which units haven't submitted which, reminding them.
`…/supporters`: what annex 2 says of the supporting units, and what they give."""

from typing import Annotated, Any

from chalice.app import Response
from pydantic import Field

from chalicelib.access.domain.roles import Act
from chalicelib.associations.domain.hand_in import REASON_LENGTH, Annex
from chalicelib.associations.domain.places import place_name
from chalicelib.associations.store import supporters, units
from chalicelib.associations.usecases.fill_in_annex import find_annex, send_back
from chalicelib.associations.usecases.watch_annexes import filled_in, missing_annexes
from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.set_campaign import set_campaign, settings_of
from chalicelib.instrument import questionnaires
from chalicelib.kernel.errors import FieldErrors
from chalicelib.kernel.instants import shanghai
from chalicelib.kernel.seen import version_of
from chalicelib.mail.usecases.remind_units import remind_units
from chalicelib.web.desk.desk_form import permitted, wrong
from chalicelib.web.desk.visitor import Visitor, at_desk
from chalicelib.web.rim import caller
from chalicelib.web.rim.campaign_requests import CampaignRequest
from chalicelib.web.rim.schemas import Line, Payload

_DUE = ("units_due", "supporters_due")
_PATH = "annexes"


class _SendBack(Payload):
    """What the form says that sends an annex back."""

    unit: Line
    annex: Annotated[Annex, Field(strict=False)]
    reason: Line = Field(min_length=1, max_length=REASON_LENGTH)


@at_desk("secretariat", Act.LOOK)
def annexes_desk(visitor: Visitor) -> Response:
    """`GET …/annexes`, with `?unit=` also what it takes to send back one of that unit's; `POST …/annexes` (`act`: due,
    remind, send-back)"""
    campaign = visitor.campaign
    if visitor.request.method != "POST":
        return _annexes(visitor, campaign, {})
    return permitted(visitor, _ACTS)(visitor, campaign)


def _set_due(visitor: Visitor, campaign: Campaign) -> Response:
    try:
        wanted = caller.read_as(CampaignRequest, {name: visitor.one(name) for name in _DUE})
    except FieldErrors as refusal:
        return _annexes(visitor, campaign, wrong(visitor, refusal))
    set_campaign(campaign.id, visitor.at_ms, visitor.who, visitor.last_seen, **wanted.change())
    return visitor.go(_PATH)


def _remind(visitor: Visitor, campaign: Campaign) -> Response:
    reachable = sum(one.email is not None for one in missing_annexes(campaign))
    if not visitor.is_confirmed:
        return visitor.confirm("remind", _PATH, reachable=reachable)
    remind_units(campaign, visitor.at_ms, visitor.who)
    return visitor.go("mail")


def _send_back(visitor: Visitor, campaign: Campaign) -> Response:
    try:
        wanted = caller.read_as(_SendBack, {name: visitor.one(name) for name in ("unit", "annex", "reason")})
    except FieldErrors as refusal:
        return _annexes(visitor, campaign, wrong(visitor, refusal, most=REASON_LENGTH))
    send_back(campaign, wanted.unit, wanted.annex, wanted.reason, visitor.at_ms, visitor.who, visitor.last_seen)
    return visitor.go(f"{_PATH}#filled-in")


def _annexes(visitor: Visitor, campaign: Campaign, said: dict[str, str]) -> Response:
    missing, regions = missing_annexes(campaign), questionnaires.regions()
    today = f"{shanghai(visitor.at_ms):%Y-%m-%d}"
    return visitor.page(
        "secretariat/annexes.html",
        missing=missing,
        shown_version=visitor.version("due", settings_of(campaign)),
        reachable=sum(one.email is not None for one in missing),
        typed={name: visitor.one(name) if said else getattr(campaign, name) for name in _DUE},
        overdue={name: bool(day := getattr(campaign, name)) and day < today for name in _DUE},
        filled_in=filled_in(campaign),
        one=_one(visitor, campaign),
        seen_of=lambda annex: version_of(annex.seen),
        province=lambda unit: place_name(regions, unit.province, visitor.seen.language.tag),
        wrong=said,
    )


def _one(visitor: Visitor, campaign: Campaign) -> dict[str, Any] | None:
    """The annexes of the unit that the address names, and what a form says that it saw of them."""
    asked = visitor.one("unit") or caller.query(visitor.request, "unit")
    if not asked:
        return None
    unit = units.read(campaign.id, asked)
    annexes = {annex: find_annex(campaign.id, unit.code, annex) for annex in Annex}
    return {"unit": unit, "annexes": annexes, "reason": visitor.one("reason"), "sent": visitor.one("annex")}


_ACTS = {"due": (Act.CAMPAIGN, _set_due), "remind": (Act.UNITS, _remind), "send-back": (Act.UNITS, _send_back)}


@at_desk("secretariat", Act.LOOK)
def supporters_desk(visitor: Visitor) -> Response:
    """`GET …/supporters`"""
    campaign = visitor.campaign.id
    names = {unit.code: unit.name for unit in units.of_campaign(campaign)}
    return visitor.page("secretariat/supporters.html", supporters=supporters.of_campaign(campaign), names=names)
