"""The netizens' routes: definition, ticket, response."""

import hashlib
import json

from chalice.app import Request, Response

from chalicelib.collection import issue_ticket as tickets
from chalicelib.collection import record_response as responses
from chalicelib.instrument import questionnaires
from chalicelib.kernel.errors import MalformedRequest
from chalicelib.kernel.instants import rfc3339
from chalicelib.web.rim import caller
from chalicelib.web.rim.asked import language
from chalicelib.web.rim.conditional import matches
from chalicelib.web.rim.problems import answered

_DEFINITION_LASTS_S = 300


@answered
def questionnaire(request: Request, edition: str) -> Response:
    """`GET /api/v1/questionnaires/{edition}`: the definition, in the caller's language."""
    lang = language(request)
    definition = questionnaires.load(edition, caller.query(request, "version")).published(lang)
    body = json.dumps(definition, ensure_ascii=False, separators=(",", ":"))
    etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:24]}"'
    headers: dict[str, str | list[str]] = {
        "Content-Type": "application/json",
        "Cache-Control": f"public, max-age={_DEFINITION_LASTS_S}",
        "ETag": etag,
        "Vary": "Accept-Language, Accept-Encoding",
        "Content-Language": lang,
    }
    if matches(request, etag):
        return Response("", headers, 304)
    return Response(body, headers, 200)


@answered
def issue_ticket(request: Request) -> Response:
    """`POST /api/v1/tickets`"""
    arrived = caller.arrived_ms(request)
    body = caller.json_object(request)
    ticket = tickets.issue_ticket(_text(body, "link"), arrived)
    return caller.reply(
        {
            "ticket": ticket.ticket,
            "edition": ticket.edition,
            "questionnaire": ticket.questionnaire,
            "topics": list(ticket.topics),
            "opens_at": rfc3339(ticket.opens_at),
            "closes_at": rfc3339(ticket.closes_at),
        },
        201,
    )


@answered
def record_response(request: Request) -> Response:
    """`POST /api/v1/responses`"""
    arrived = caller.arrived_ms(request)
    body = caller.json_object(request)
    recorded = responses.record_response(_text(body, "ticket"), body.get("topics"), body.get("answers"), arrived)
    status = 201 if recorded.created else 200
    return caller.reply({"receipt": recorded.receipt, "accepted_at": rfc3339(recorded.accepted_at)}, status)


def _text(body: dict[str, object], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise MalformedRequest("text", name=name)
    return value
