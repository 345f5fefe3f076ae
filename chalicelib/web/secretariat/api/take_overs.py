"""The secretariat's routes to taking over from an earlier campaign."""

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.campaigns import campaigns
from chalicelib.kernel.errors import AlreadySealed, NotFound
from chalicelib.web.rim import caller
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.campaign_requests import TakeOverRequest
from chalicelib.web.rim.operation import operation
from chalicelib.web.rim.replies import Reply, reply_of
from chalicelib.years.take_over import PARTS, TAKE_OVER, order_take_over

_PATH = "/api/v1/campaigns/{campaign}/take-over"


class TakeOverReply(Reply):
    """An order to take over: how many units of the earlier campaign it has looked at, and what came new."""

    id: str
    status: str
    source: str
    done: int
    of: int
    taken: int
    issued: int


@operation(
    "POST",
    _PATH,
    who=Act.CAMPAIGN,
    takes=TakeOverRequest,
    gives=TakeOverReply,
    refuses=(NotFound, AlreadySealed),
    status=202,
)
def post_take_over(call: Call, wanted: TakeOverRequest, campaign_id: str) -> Response:
    """Take over units, links, materials and recipients from an earlier campaign.

    `without` are codes of units that are left out. What was taken over before stays as it is.
    """
    parts = {part for part in PARTS if getattr(wanted, part)}
    campaign = campaigns.read(campaign_id)
    name = order_take_over(campaign, wanted.source, parts, wanted.without, call.arrived_ms, call.who)
    return caller.reply(_body(name), 202, Location=_PATH.format(campaign=campaign_id))


@operation("GET", _PATH, who=Act.LOOK, gives=TakeOverReply, refuses=(NotFound,))
def get_take_over(call: Call, campaign_id: str) -> TakeOverReply:  # noqa: ARG001 - who asks is all that it says
    """How far the last one has come."""
    latest = TAKE_OVER.latest(campaigns.read(campaign_id).id)
    if latest is None:
        raise NotFound("no_order", name=campaign_id)
    return _body(latest.name)


def _body(name: str) -> TakeOverReply:
    order = TAKE_OVER.find(name)
    return reply_of(TakeOverReply, order.progress, id=name, status=order.status)
