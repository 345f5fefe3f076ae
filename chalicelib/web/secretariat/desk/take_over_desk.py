"""`…/take-over`: what is taken over from an earlier campaign, as a list to untick first, and how far that has come."""

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.associations.domain.places import place_name
from chalicelib.associations.store import units
from chalicelib.campaigns.campaign import Campaign, Phase
from chalicelib.instrument import questionnaires
from chalicelib.web.desk.desk_form import permitted
from chalicelib.web.desk.visitor import Visitor, at_desk
from chalicelib.web.rim import caller
from chalicelib.web.secretariat.desk.cancel_order import cancel_order
from chalicelib.years.take_over import PARTS, TAKE_OVER, order_take_over

_PATH = "take-over"


@at_desk("secretariat", Act.LOOK, look=Act.CAMPAIGN)
def take_over_desk(visitor: Visitor) -> Response:
    """`GET …/take-over?from=`, `POST …/take-over` (`act`: take, cancel)"""
    campaign = visitor.campaign
    if visitor.request.method == "POST":
        return permitted(visitor, _ACTS)(visitor, campaign)
    others = [one for one in visitor.campaigns if one.id != campaign.id]
    asked = caller.query(visitor.request, "from")
    source = next((one for one in others if one.id == asked), others[0] if others else None)
    regions, lang = questionnaires.regions(), visitor.seen.language.tag
    return visitor.page(
        "secretariat/campaign/take_over.html",
        campaign=campaign,
        fixed=campaign.phase is Phase.SEALED,
        others=others,
        source=source,
        wanted=PARTS,
        listed=units.of_campaign(source.id) if source else [],
        order=TAKE_OVER.latest(campaign.id),
        place=lambda unit: place_name(regions, unit.province, lang),
    )


def _take(visitor: Visitor, campaign: Campaign) -> Response:
    """Raises `RequestInvalid` where the earlier campaign is none, and `AlreadySealed`."""
    source, kept = visitor.one("from"), set(visitor.fields.get("unit", ()))
    without = [unit.code for unit in units.of_campaign(source) if unit.code not in kept]
    parts = {part for part in PARTS if visitor.one(part) == "1"}
    order_take_over(campaign, source, parts, without, visitor.at_ms, visitor.who)
    return visitor.go(_PATH)


def _cancel(visitor: Visitor, _campaign: Campaign) -> Response:
    return cancel_order(visitor, _PATH)


_ACTS = {"take": (Act.CAMPAIGN, _take), "cancel": (Act.CANCEL, _cancel)}
