"""The secretariat's records: exports and their files, the seal, recounts."""

from chalice.app import Request, Response

from chalicelib.access.domain.roles import Act
from chalicelib.access.usecases.authenticate import secretariat
from chalicelib.kernel.gateways.file_addresses import Elsewhere
from chalicelib.sealing import export as exports
from chalicelib.web.rim import caller
from chalicelib.web.rim.asked import asked_campaign
from chalicelib.web.rim.problems import answered


@answered
def post_export(request: Request) -> Response:
    """`POST /api/v1/exports`"""
    member = secretariat(caller.key(request), Act.EXPORTS)
    export_id = exports.request_export(asked_campaign(request).id, caller.arrived_ms(request), member.who)
    return caller.reply(
        {"id": export_id, "status": "queued", "files": []}, 202, Location=f"/api/v1/exports/{export_id}"
    )


@answered
def get_export(request: Request, export_id: str) -> Response:
    """`GET /api/v1/exports/{id}`"""
    secretariat(caller.key(request), Act.LOOK)
    found = exports.read_export(export_id, caller.arrived_ms(request))
    return caller.reply({"id": export_id, "status": found.status, "files": found.files})


@answered
def get_file(request: Request, export_id: str, name: str) -> Response:
    """`GET /files/{export}/{name}`: by a short-lived signed address, which an export names."""
    expires, signature = caller.query(request, "expires") or "0", caller.query(request, "signature") or ""
    content = exports.open_file(f"{export_id}/{name}", expires, signature, caller.arrived_ms(request))
    if isinstance(content, Elsewhere):
        return Response("", {"Location": content.address, "Cache-Control": "no-store"}, 303)
    is_json = name.endswith(".json")
    kind = "application/json" if is_json else "application/zip" if name.endswith(".zip") else "application/gzip"
    disposition = f'attachment; filename="{name}"'
    headers: dict[str, str | list[str]] = {"Content-Type": kind, "Content-Disposition": disposition}
    # Bytes pass only under a binary type; JSON is none.
    return Response(content.decode() if is_json else content, headers | {"Cache-Control": "private, no-store"})
