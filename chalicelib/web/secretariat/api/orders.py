"""What the secretariat orders for all units at once: links and kits; and cancelling any order."""

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.jobs.kinds import kind_named
from chalicelib.kernel.errors import AlreadySealed, NotFound
from chalicelib.links.usecases import pack_kits
from chalicelib.links.usecases.issue_missing_links import WANTED, order_links
from chalicelib.web.rim import caller
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.operation import operation
from chalicelib.web.rim.replies import ExportFile, Reply, reply_of
from chalicelib.web.rim.schemas import WantedRequest


class LinksOrderReply(Reply):
    """An order of links for all units: how many units it has looked at, and how many links it has issued."""

    id: str
    status: str
    done: int
    of: int
    issued: int


class KitsReply(Reply):
    """An archive of all units' kits: how many units are packed, and in the end its file."""

    id: str
    status: str
    done: int
    of: int
    files: list[ExportFile]


class JobReply(Reply):
    """An order of any kind (export, kits, links, recount, take-over), and how it stands."""

    kind: str
    id: str
    status: str


@operation(
    "POST",
    "/api/v1/links/wanted",
    who=Act.LINKS,
    takes=WantedRequest,
    gives=LinksOrderReply,
    refuses=(AlreadySealed,),
    query=("campaign",),
    changes=True,
    status=202,
)
def post_wanted(call: Call, wanted: WantedRequest) -> Response:
    """Issue to all units the links that they still lack of the number they wanted."""
    order_id = order_links(call.campaign, wanted.channel, wanted.edition, wanted.otherwise, call.arrived_ms, call.who)
    return caller.reply(_links_body(order_id), 202, Location=f"/api/v1/links/wanted/{order_id}")


@operation("GET", "/api/v1/links/wanted/{order}", who=Act.LOOK, gives=LinksOrderReply, refuses=(NotFound,))
def get_wanted(call: Call, order_id: str) -> LinksOrderReply:  # noqa: ARG001 - who asks is all that it says
    """How far that has come."""
    return _links_body(order_id)


@operation("POST", "/api/v1/kits", who=Act.EXPORTS, gives=KitsReply, query=("campaign",), changes=True, status=202)
def post_kits(call: Call) -> Response:
    """Pack the kits of all units into one archive."""
    order_id = pack_kits.order_kits(call.campaign.id, call.arrived_ms, call.who)
    return caller.reply(_kits_body(call, order_id), 202, Location=f"/api/v1/kits/{order_id}")


@operation("GET", "/api/v1/kits/{order}", who=Act.LOOK, gives=KitsReply, refuses=(NotFound,))
def get_kits(call: Call, order_id: str) -> KitsReply:
    """How far that has come, and the archive."""
    return _kits_body(call, order_id)


@operation("POST", "/api/v1/jobs/{kind}/{order}/cancel", who=Act.CANCEL, gives=JobReply, refuses=(NotFound,))
def post_cancel(call: Call, kind: str, order_id: str) -> JobReply:
    """Cancel an export, kits, links, a recount or taking over.

    What has ended stays as it is. Unfinished files are removed; links that were issued stay.
    """
    kind_named(kind).cancel(order_id, call.arrived_ms, call.who)
    return {"kind": kind, "id": order_id, "status": kind_named(kind).find(order_id).status}


def _links_body(order_id: str) -> LinksOrderReply:
    order = WANTED.find(order_id)
    return reply_of(LinksOrderReply, order.progress, id=order_id, status=order.status)


def _kits_body(call: Call, order_id: str) -> KitsReply:
    return reply_of(KitsReply, pack_kits.read_kits(order_id, call.arrived_ms, call.asker), id=order_id)
