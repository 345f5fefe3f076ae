"""The secretariat's routes to recounts."""

from typing import NotRequired

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.counting.usecases import recount
from chalicelib.kernel.errors import NotFound
from chalicelib.web.rim import caller
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.operation import operation
from chalicelib.web.rim.replies import Reply, reply_of


class HourDifference(Reply):
    """An hour of a unit (`~`: the nation) in which tallies and recount differ; collected and valid each."""

    unit: str
    hour: str
    tallied: tuple[int, int]
    recounted: tuple[int, int]


class LinkDifference(Reply):
    """A link whose tally is out of the bounds that the recount sets."""

    unit: str
    link: str
    tallied: int
    stored: int


class RecountReply(Reply):
    """A recount: how far it has come (0 to 1), and what it found."""

    id: str
    status: str
    done: float
    rows: NotRequired[int]
    unreadable: NotRequired[int]
    until: NotRequired[str]
    differences: NotRequired[list[HourDifference]]
    links: NotRequired[list[LinkDifference]]
    repaired: NotRequired[list[HourDifference]]


@operation(
    "POST", "/api/v1/recounts", who=Act.RECOUNTS, gives=RecountReply, query=("campaign",), changes=True, status=202
)
def post_recount(call: Call) -> Response:
    """Hold what is stored against what was counted."""
    name = recount.request_recount(call.campaign.id, call.arrived_ms, call.who)
    return caller.reply(recount.read_recount(name), 202, Location=f"/api/v1/recounts/{name}")


@operation("GET", "/api/v1/recounts/{recount}", who=Act.LOOK, gives=RecountReply, refuses=(NotFound,))
def get_recount(call: Call, name: str) -> RecountReply:  # noqa: ARG001 - who asks is all that it says
    """A recount."""
    return reply_of(RecountReply, recount.read_recount(name))
