"""The secretariat's records: exports and their files, the seal, recounts."""

from chalice.app import Request, Response

from chalicelib.domain.errors import NotSealed
from chalicelib.domain.instants import rfc3339
from chalicelib.domain.roles import Act
from chalicelib.gateways import files
from chalicelib.gateways.file_addresses import Elsewhere
from chalicelib.store import campaigns
from chalicelib.usecases import export as exports
from chalicelib.usecases import recount
from chalicelib.usecases.authenticate import secretariat
from chalicelib.web import caller
from chalicelib.web.problems import answered
from chalicelib.web.secretariat import asked_campaign


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


@answered
def get_seal(request: Request, campaign_id: str) -> Response:
    """`GET /api/v1/campaigns/{id}/seal`"""
    secretariat(caller.key(request), Act.LOOK)
    seal = campaigns.read(campaign_id).seal
    if seal is None:
        raise NotSealed(f"campaign {campaign_id} isn't sealed yet")
    manifest = files.read(seal.manifest).decode()
    head = caller.reply({"sealed_at": rfc3339(seal.sealed_at), "manifest_sha256": seal.manifest_sha256})
    # The manifest stands in the answer as it was hashed, byte for byte.
    head.body = f'{head.body[:-1]},"manifest":{manifest}}}'
    return head


@answered
def post_recount(request: Request) -> Response:
    """`POST /api/v1/recounts`"""
    member = secretariat(caller.key(request), Act.RECOUNTS)
    name = recount.request_recount(asked_campaign(request).id, caller.arrived_ms(request), member.who)
    return caller.reply(recount.read_recount(name), 202, Location=f"/api/v1/recounts/{name}")


@answered
def get_recount(request: Request, name: str) -> Response:
    """`GET /api/v1/recounts/{id}`"""
    secretariat(caller.key(request), Act.LOOK)
    return caller.reply(recount.read_recount(name))
