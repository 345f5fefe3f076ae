"""What the API offers, operation by operation: the data that `/openapi.json` is generated from."""

from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel

from chalicelib.web import definition_reply, imports, replies, schemas, secretariat_replies

Who = Literal["anybody", "unit", "secretariat"]
_CAMPAIGN = ("campaign",)


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
        definition_reply.Definition,
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
        "get",
        "/api/v1/kit.zip",
        "Everything to hand out; more than 200 links come in pages, see the Link header",
        "unit",
        200,
        "application/zip",
        (401, 403, 404, 422),
        query=("page", "unit", "campaign"),
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
        secretariat_replies.CampaignReply,
        (400, 401, 403, 409, 413, 415, 422),
        schemas.CampaignRequest,
    ),
    Operation(
        "get",
        "/api/v1/campaigns/{campaign}",
        "A campaign",
        "secretariat",
        200,
        secretariat_replies.CampaignReply,
        (401, 403, 404),
    ),
    Operation(
        "get",
        "/api/v1/campaigns/{campaign}/seal",
        "What was sealed",
        "secretariat",
        200,
        secretariat_replies.SealReply,
        (401, 403, 404, 409),
    ),
    Operation(
        "post",
        "/api/v1/units",
        "Register a unit",
        "secretariat",
        201,
        secretariat_replies.UnitReply,
        (400, 401, 403, 404, 413, 415, 422),
        schemas.UnitRequest,
        query=_CAMPAIGN,
    ),
    Operation(
        "get",
        "/api/v1/units",
        "The units",
        "secretariat",
        200,
        secretariat_replies.Units,
        (401, 403, 404),
        query=_CAMPAIGN,
    ),
    Operation(
        "post",
        "/api/v1/units/import",
        "Import units from a table, or say what is wrong with it",
        "secretariat",
        200,
        secretariat_replies.ImportReply,
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
        query=_CAMPAIGN,
    ),
    Operation("delete", "/api/v1/links/{code}", "Revoke a link", "secretariat", 204, "", (401, 403, 404)),
    Operation(
        "put",
        "/api/v1/units/{unit}/contact",
        "Say whom to reach at a unit",
        "secretariat",
        200,
        secretariat_replies.ContactReply,
        (400, 401, 403, 404, 413, 415, 422),
        schemas.ContactRequest,
        query=_CAMPAIGN,
    ),
    Operation(
        "post",
        "/api/v1/units/{unit}/key",
        "Rotate a unit's key",
        "secretariat",
        200,
        secretariat_replies.KeyReply,
        (401, 403, 404),
        query=_CAMPAIGN,
    ),
    Operation(
        "get",
        "/api/v1/overview",
        "All figures",
        "secretariat",
        200,
        secretariat_replies.OverviewReply,
        (401, 403, 404),
        query=_CAMPAIGN,
    ),
    Operation(
        "post",
        "/api/v1/exports",
        "Order an export",
        "secretariat",
        202,
        secretariat_replies.ExportReply,
        (401, 403, 404),
        query=_CAMPAIGN,
    ),
    Operation(
        "get",
        "/api/v1/exports/{export}",
        "An export",
        "secretariat",
        200,
        secretariat_replies.ExportReply,
        (401, 403, 404),
    ),
    Operation(
        "post",
        "/api/v1/ticket-keys",
        "Rotate the key that signs tickets",
        "secretariat",
        201,
        secretariat_replies.TicketKeyReply,
        (401, 403, 404),
        query=_CAMPAIGN,
    ),
    Operation(
        "post",
        "/api/v1/recounts",
        "Hold what is stored against what was counted",
        "secretariat",
        202,
        secretariat_replies.RecountReply,
        (401, 403, 404),
        query=_CAMPAIGN,
    ),
    Operation(
        "get",
        "/api/v1/recounts/{recount}",
        "A recount",
        "secretariat",
        200,
        secretariat_replies.RecountReply,
        (401, 403, 404),
    ),
    Operation(
        "get",
        "/api/v1/members",
        "The secretariat's members",
        "secretariat",
        200,
        secretariat_replies.Members,
        (401, 403),
    ),
    Operation(
        "post",
        "/api/v1/members",
        "Add a member",
        "secretariat",
        201,
        secretariat_replies.MemberReply,
        (400, 401, 403, 413, 415, 422),
        schemas.MemberRequest,
    ),
    Operation(
        "patch",
        "/api/v1/members/{member}",
        "Change a member's name or role",
        "secretariat",
        200,
        secretariat_replies.MemberReply,
        (400, 401, 403, 404, 409, 413, 415, 422, 503),
        schemas.MemberChange,
    ),
    Operation(
        "post",
        "/api/v1/members/{member}/key",
        "Replace a member's key",
        "secretariat",
        200,
        secretariat_replies.MemberReply,
        (401, 403, 404, 503),
    ),
    Operation(
        "delete", "/api/v1/members/{member}", "Remove a member", "secretariat", 204, "", (401, 403, 404, 409, 503)
    ),
    Operation(
        "get",
        "/api/v1/audit",
        "Who did what and when",
        "secretariat",
        200,
        secretariat_replies.AuditReply,
        (401, 403, 404),
        query=("campaign", "limit"),
    ),
)
