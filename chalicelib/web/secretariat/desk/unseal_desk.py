"""What is done once with a sealed campaign, and said twice: `…/unseal` takes the seal back, with a reason and another
close; `…/publish` makes its results public, after a look at what of them is hidden."""

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.campaigns.campaign import Campaign
from chalicelib.instrument.questionnaires import regions
from chalicelib.kernel.errors import FieldErrors
from chalicelib.kernel.instants import to_ms
from chalicelib.results.usecases.prepare_tables import find
from chalicelib.results.usecases.published import of_campaign, publish
from chalicelib.sealing.unseal import can_unseal, unseal
from chalicelib.web.desk.desk_form import wrong
from chalicelib.web.desk.visitor import Visitor, at_desk
from chalicelib.web.rim import caller
from chalicelib.web.rim.campaign_requests import UnsealRequest

_FIELDS = ("reason", "closes_at")


@at_desk("secretariat", Act.UNSEAL, look=Act.UNSEAL)
def unseal_desk(visitor: Visitor) -> Response:
    """`GET …/unseal`, `POST …/unseal`"""
    campaign, typed = visitor.campaign, {name: visitor.one(name) for name in _FIELDS}
    if visitor.request.method != "POST":
        return _form(visitor, campaign, typed, {})
    try:
        wanted = caller.read_as(UnsealRequest, typed | {"closes_at": f"{typed['closes_at']}+08:00"})
        if not visitor.is_confirmed:
            return visitor.confirm("unseal", "unseal", title=campaign.title, **typed)
        unseal(campaign.id, to_ms(wanted.closes_at), visitor.at_ms, visitor.who, wanted.reason)
    except FieldErrors as refusal:
        return _form(visitor, campaign, typed, wrong(visitor, refusal, "unseal_"))
    return visitor.go("campaign")


def _form(visitor: Visitor, campaign: Campaign, typed: dict[str, str], said: dict[str, str]) -> Response:
    can = can_unseal(campaign, visitor.at_ms)
    return visitor.page("secretariat/campaign/unseal.html", campaign=campaign, can=can, values=typed, wrong=said)


@at_desk("secretariat", Act.PUBLISH, look=Act.LOOK)
def publish_desk(visitor: Visitor) -> Response:
    """`GET …/publish`, `POST …/publish`"""
    campaign = visitor.campaign
    if visitor.request.method == "POST":
        if not visitor.is_confirmed:
            return visitor.confirm("publish", "publish", title=campaign.title)
        publish(campaign, visitor.at_ms, visitor.who)
        return visitor.go("publish")
    return visitor.page(
        "secretariat/campaign/publish.html",
        campaign=campaign,
        tables=find(campaign),
        published=of_campaign(campaign.id),
        names={code: regions().name(f"{code}0000", visitor.seen.language.tag) for code in regions().provinces},
    )
