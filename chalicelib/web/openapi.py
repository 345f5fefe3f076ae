"""The description of the API (OpenAPI 3.1), generated from the models that validate."""

from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from chalicelib import __version__
from chalicelib.web import imports, replies, schemas

Who = Literal["anybody", "unit", "secretariat"]
_REF = "#/components/schemas/{model}"
_PROBLEM = {"$ref": _REF.format(model="Problem")}


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path."""

    method: str
    path: str
    summary: str
    who: Who
    status: int
    reply: type[BaseModel] | str
    """A model of the JSON that is answered, or the media type of something else."""
    refusals: tuple[int, ...]
    request: type[BaseModel] | None = None
    query: tuple[str, ...] = ()
    ok_too: tuple[int, ...] = ()
    takes: tuple[str, ...] = ()
    """Media types of a body that isn't JSON."""


OPERATIONS = (
    Operation(
        "get",
        "/api/v1/questionnaires/{edition}",
        "The definition of an edition",
        "anybody",
        200,
        replies.Definition,
        (404,),
        query=("version", "lang"),
        ok_too=(304,),
    ),
    Operation(
        "post",
        "/api/v1/tickets",
        "Leave to answer once",
        "anybody",
        201,
        replies.TicketReply,
        (400, 403, 404, 410, 413, 415),
        schemas.TicketRequest,
    ),
    Operation(
        "post",
        "/api/v1/responses",
        "Record a response",
        "anybody",
        201,
        replies.ResponseReply,
        (400, 401, 403, 409, 410, 413, 415, 422, 503),
        schemas.ResponseRequest,
        ok_too=(200,),
    ),
    Operation("get", "/api/v1/health", "Whether the service answers", "anybody", 200, replies.Health, ()),
    Operation("get", "/api/v1/counts", "Counts now", "unit", 200, replies.CountsReply, (401, 403), ok_too=(304,)),
    Operation(
        "get",
        "/api/v1/counts/series",
        "Counts by hour or day",
        "unit",
        200,
        replies.SeriesReply,
        (401, 403, 422),
        query=("by",),
    ),
    Operation("get", "/api/v1/links", "The unit's own links", "unit", 200, replies.Links, (401, 403)),
    Operation("get", "/api/v1/links/{code}/qr.svg", "A link's code", "unit", 200, "image/svg+xml", (401, 403, 404)),
    Operation(
        "get",
        "/api/v1/links/{code}/qr.png",
        "A link's code",
        "unit",
        200,
        "image/png",
        (401, 403, 404, 422),
        query=("scale",),
    ),
    Operation(
        "patch",
        "/api/v1/links/{code}",
        "Name a link's collecting point",
        "unit",
        200,
        replies.LinkReply,
        (400, 401, 403, 404, 413, 415, 422),
        schemas.LabelRequest,
    ),
    Operation(
        "put",
        "/api/v1/campaigns/{campaign}",
        "Set up or change a campaign",
        "secretariat",
        200,
        replies.CampaignReply,
        (400, 401, 403, 409, 413, 415, 422),
        schemas.CampaignRequest,
    ),
    Operation(
        "get", "/api/v1/campaigns/{campaign}", "A campaign", "secretariat", 200, replies.CampaignReply, (401, 403, 404)
    ),
    Operation(
        "get",
        "/api/v1/campaigns/{campaign}/seal",
        "What was sealed",
        "secretariat",
        200,
        replies.SealReply,
        (401, 403, 404, 409),
    ),
    Operation(
        "post",
        "/api/v1/units",
        "Register a unit",
        "secretariat",
        201,
        replies.UnitReply,
        (400, 401, 403, 404, 413, 415, 422),
        schemas.UnitRequest,
        query=("campaign",),
    ),
    Operation(
        "get", "/api/v1/units", "The units", "secretariat", 200, replies.Units, (401, 403, 404), query=("campaign",)
    ),
    Operation(
        "post",
        "/api/v1/units/import",
        "Import units from a table, or say what is wrong with it",
        "secretariat",
        200,
        replies.ImportReply,
        (400, 401, 403, 404, 409, 413, 415, 422, 503),
        query=("campaign", "dry_run", "lang"),
        takes=(imports.CSV, imports.XLSX),
    ),
    Operation(
        "post",
        "/api/v1/units/{unit}/links",
        "Issue links",
        "secretariat",
        201,
        replies.Links,
        (400, 401, 403, 404, 413, 415, 422),
        schemas.LinksRequest,
        query=("campaign",),
    ),
    Operation("delete", "/api/v1/links/{code}", "Revoke a link", "secretariat", 204, "", (401, 403, 404)),
    Operation(
        "post",
        "/api/v1/units/{unit}/key",
        "Rotate a unit's key",
        "secretariat",
        200,
        replies.KeyReply,
        (401, 403, 404),
        query=("campaign",),
    ),
    Operation(
        "get",
        "/api/v1/overview",
        "All figures",
        "secretariat",
        200,
        replies.OverviewReply,
        (401, 403, 404),
        query=("campaign",),
    ),
    Operation(
        "post",
        "/api/v1/exports",
        "Order an export",
        "secretariat",
        202,
        replies.ExportReply,
        (401, 403, 404),
        query=("campaign",),
    ),
    Operation("get", "/api/v1/exports/{export}", "An export", "secretariat", 200, replies.ExportReply, (401, 403, 404)),
    Operation(
        "post",
        "/api/v1/ticket-keys",
        "Rotate the key that signs tickets",
        "secretariat",
        201,
        replies.TicketKeyReply,
        (401, 403, 404),
        query=("campaign",),
    ),
    Operation(
        "get",
        "/api/v1/audit",
        "Who did what and when",
        "secretariat",
        200,
        replies.AuditReply,
        (401, 403, 404),
        query=("campaign", "limit"),
    ),
)


@cache
def document() -> dict[str, Any]:
    """The whole description."""
    models = {m for op in OPERATIONS for m in (op.reply, op.request) if isinstance(m, type)} | {replies.Problem}
    ordered = sorted(models, key=lambda model: model.__name__)
    _, shared = models_json_schema([(model, "validation") for model in ordered], ref_template=_REF)
    paths: dict[str, Any] = {}
    for op in OPERATIONS:
        paths.setdefault(op.path, {})[op.method] = _operation(op)
    return {
        "openapi": "3.1.0",
        "info": {"title": "民声 Minsheng", "version": __version__},
        "servers": [{"url": "."}],
        "paths": paths,
        "components": {
            "schemas": shared["$defs"],
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"}},
        },
    }


def _operation(op: Operation) -> dict[str, Any]:
    content = {"application/json": {"schema": _ref(op.reply)}} if isinstance(op.reply, type) else {op.reply: {}}
    replies_by_status: dict[str, Any] = {
        str(op.status): {"description": "done"} | ({"content": content} if op.reply else {})
    }
    for status in op.ok_too:
        replies_by_status[str(status)] = {"description": "as before"} | ({} if status == 304 else {"content": content})
    for status in op.refusals:
        replies_by_status[str(status)] = {
            "description": "refused",
            "content": {"application/problem+json": {"schema": _PROBLEM}},
        }
    described: dict[str, Any] = {
        "operationId": f"{op.method}_{op.path.strip('/').replace('/', '_')}",
        "summary": op.summary,
        "parameters": [*_path_parameters(op.path), *(_parameter(name, "query") for name in op.query)],
        "responses": replies_by_status,
    }
    if op.request is not None:
        described["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(op.request)}}}
    if op.takes:
        described["requestBody"] = {"required": True, "content": {kind: {} for kind in op.takes}}
    if op.who != "anybody":
        described["security"] = [{"key": []}]
    return described


def _ref(model: type[BaseModel]) -> dict[str, str]:
    return {"$ref": _REF.format(model=model.__name__)}


def _path_parameters(path: str) -> list[dict[str, Any]]:
    return [_parameter(part[1:-1], "path") for part in path.split("/") if part.startswith("{")]


def _parameter(name: str, place: str) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "schema": {"type": "string"}}
