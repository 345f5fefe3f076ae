"""The annexes. `…/annexes`: due dates, which units haven't submitted which, reminding them.
`…/supporters`: what annex 2 says of the supporting units, and what they give."""

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.associations.domain.places import place_name
from chalicelib.associations.store import supporters, units
from chalicelib.associations.usecases.watch_annexes import missing_annexes
from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.set_campaign import set_campaign
from chalicelib.instrument import questionnaires
from chalicelib.kernel.errors import FieldErrors
from chalicelib.kernel.instants import shanghai
from chalicelib.mail.usecases.remind_units import remind_units
from chalicelib.web.desk.desk_form import permitted, wrong
from chalicelib.web.desk.visitor import Visitor, at_desk
from chalicelib.web.rim import caller
from chalicelib.web.rim.schemas import CampaignRequest

_DUE = ("units_due", "supporters_due")
_PATH = "annexes"


@at_desk("secretariat", Act.LOOK)
def annexes_desk(visitor: Visitor) -> Response:
    """`GET …/annexes`, `POST …/annexes` (`act`: due, remind)"""
    campaign = visitor.campaign
    if visitor.request.method != "POST":
        return _annexes(visitor, campaign, {})
    return permitted(visitor, _ACTS)(visitor, campaign)


def _set_due(visitor: Visitor, campaign: Campaign) -> Response:
    try:
        wanted = caller.read_as(CampaignRequest, {name: visitor.one(name) for name in _DUE})
    except FieldErrors as refusal:
        return _annexes(visitor, campaign, wrong(visitor, refusal))
    set_campaign(campaign.id, visitor.at_ms, visitor.who, **wanted.change())
    return visitor.go(_PATH)


def _remind(visitor: Visitor, campaign: Campaign) -> Response:
    reachable = sum(one.email is not None for one in missing_annexes(campaign))
    if not visitor.is_confirmed:
        return visitor.confirm("remind", _PATH, reachable=reachable)
    remind_units(campaign, visitor.at_ms, visitor.who)
    return visitor.go("mail")


def _annexes(visitor: Visitor, campaign: Campaign, said: dict[str, str]) -> Response:
    missing, regions = missing_annexes(campaign), questionnaires.regions()
    today = f"{shanghai(visitor.at_ms):%Y-%m-%d}"
    return visitor.page(
        "secretariat/annexes.html",
        missing=missing,
        reachable=sum(one.email is not None for one in missing),
        typed={name: visitor.one(name) if said else getattr(campaign, name) for name in _DUE},
        overdue={name: bool(day := getattr(campaign, name)) and day < today for name in _DUE},
        province=lambda unit: place_name(regions, unit.province, visitor.seen.language.tag),
        wrong=said,
    )


_ACTS = {"due": (Act.CAMPAIGN, _set_due), "remind": (Act.UNITS, _remind)}


@at_desk("secretariat", Act.LOOK)
def supporters_desk(visitor: Visitor) -> Response:
    """`GET …/supporters`"""
    campaign = visitor.campaign.id
    names = {unit.code: unit.name for unit in units.of_campaign(campaign)}
    return visitor.page("secretariat/supporters.html", supporters=supporters.of_campaign(campaign), names=names)
