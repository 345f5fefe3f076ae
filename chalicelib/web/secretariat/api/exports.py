"""The secretariat's exports and their files."""

from chalice.app import Request, Response

from chalicelib.access.domain.roles import Act
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.gateways.file_addresses import Elsewhere
from chalicelib.sealing import export as exports
from chalicelib.web.rim import caller
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.operation import operation
from chalicelib.web.rim.problems import answered
from chalicelib.web.rim.replies import ExportFile, Reply, reply_of


class ExportReply(Reply):
    """An export."""

    id: str
    status: str
    files: list[ExportFile]


@operation("POST", "/api/v1/exports", who=Act.EXPORTS, gives=ExportReply, query=("campaign",), changes=True, status=202)
def post_export(call: Call) -> Response:
    """Order an export."""
    export_id = exports.request_export(call.campaign.id, call.arrived_ms, call.who)
    ordered: ExportReply = {"id": export_id, "status": "queued", "files": []}
    return caller.reply(ordered, 202, Location=f"/api/v1/exports/{export_id}")


@operation("GET", "/api/v1/exports/{export}", who=Act.LOOK, gives=ExportReply, refuses=(NotFound,))
def get_export(call: Call, export_id: str) -> ExportReply:
    """An export."""
    found = exports.give_out(export_id, call.arrived_ms, call.who, call.asker)
    return reply_of(ExportReply, found, id=export_id)


@answered
def get_file(request: Request, export_id: str, name: str) -> Response:
    """`GET /files/{export}/{name}`: by a short-lived signed address, which an export names."""
    expires, asker, signature = (caller.query(request, part) or "" for part in ("expires", "for", "signature"))
    said, at_ms = (expires, asker, signature), caller.arrived_ms(request)
    content = exports.fetch_file(f"{export_id}/{name}", said, caller.key(request), at_ms)
    if isinstance(content, Elsewhere):
        return caller.see_other(content.address)
    kind = exports.media_type(name)
    # Bytes pass only under a binary type; JSON is none.
    return caller.file(content.decode() if kind == "application/json" else content, kind, name)
