"""The netizens' routes: definition, ticket, response."""

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any, NotRequired

from chalice.app import Response
from pydantic import Field, WithJsonSchema
from typing_extensions import TypedDict

from chalicelib.collection import issue_ticket as tickets
from chalicelib.collection import record_response as responses
from chalicelib.instrument import questionnaires
from chalicelib.instrument.usecases.find_questionnaire import load
from chalicelib.kernel.errors import (
    AnswerConflict,
    AnswersInvalid,
    CollectionClosed,
    CollectionNotOpen,
    LinkRevoked,
    LinkUnknown,
    MalformedRequest,
    NotFound,
    QuestionnaireUnknown,
    ResponseWithdrawn,
    TicketInvalid,
    TooLate,
)
from chalicelib.kernel.instants import rfc3339
from chalicelib.web.netizen.definition_reply import ANSWERS, Definition
from chalicelib.web.rim import caller
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.caller import matches
from chalicelib.web.rim.operation import ANYBODY, operation
from chalicelib.web.rim.replies import Reply

_DEFINITION_LASTS_S = 300
_TOPICS = {
    "type": ["array", "null"],
    "items": {"type": "string"},
    "uniqueItems": True,
    "description": "Topics of the ticket's version; those assigned where it is left out.",
}
_PARADATA = {
    "description": "What the page tells of the visit: `dwell`, seconds on each of the definition's sections in order, "
    "0 where it wasn't shown; `edits`, how often an answer was changed. What is odd in it is ignored, never refused.",
}


class TicketRequest(TypedDict):
    """`POST /api/v1/tickets`"""

    link: str


class TicketReply(Reply):
    """Leave to answer once."""

    ticket: str
    edition: str
    questionnaire: str
    topics: list[str]
    opens_at: str
    closes_at: str


class ResponseRequest(TypedDict):
    """`POST /api/v1/responses`. Topics and answers are validated against the ticket's questionnaire."""

    ticket: str
    topics: NotRequired[Annotated[Any, WithJsonSchema(_TOPICS), Field(default=None)]]
    answers: Annotated[Any, WithJsonSchema(ANSWERS)]
    paradata: NotRequired[Annotated[Any, WithJsonSchema(_PARADATA), Field(default=None)]]


class ResponseReply(Reply):
    """A stored response's receipt."""

    receipt: str
    accepted_at: str


@operation(
    "GET",
    "/api/v1/questionnaires/{edition}",
    who=ANYBODY,
    gives=Definition,
    refuses=(QuestionnaireUnknown,),
    query=("version", "campaign", "lang"),
    ok_too=(304,),
)
def questionnaire(call: Call, edition: str) -> Response:
    """The definition of an edition.

    Its texts are in the caller's language.
    """
    lang = call.language
    definition = load(edition, call.query("version") or _chosen(call, edition)).published(lang)
    body = json.dumps(definition, ensure_ascii=False, separators=(",", ":"))
    etag = f'"{hashlib.sha256(body.encode()).hexdigest()[:24]}"'
    headers: dict[str, str | list[str]] = {
        "Content-Type": "application/json",
        "Cache-Control": f"public, max-age={_DEFINITION_LASTS_S}",
        "ETag": etag,
        "Vary": "Accept-Language, Accept-Encoding",
        "Content-Language": lang,
    }
    if matches(call.request, etag):
        return Response("", headers, 304)
    return Response(body, headers, 200)


def _chosen(call: Call, edition: str) -> str | None:
    """The version that the campaign asks which is named, or usually meant; before there is one the newest."""
    try:
        return call.campaign.version_of(edition)
    except NotFound:
        return dict(questionnaires.newest()).get(edition)


@operation(
    "POST",
    "/api/v1/tickets",
    who=ANYBODY,
    takes=TicketRequest,
    gives=TicketReply,
    refuses=(LinkUnknown, CollectionNotOpen, CollectionClosed, LinkRevoked),
    status=201,
)
def issue_ticket(call: Call, sent: Mapping[str, object]) -> TicketReply:
    """Leave to answer once."""
    ticket = tickets.issue_ticket(_text(sent, "link"), call.arrived_ms)
    return {
        "ticket": ticket.ticket,
        "edition": ticket.edition,
        "questionnaire": ticket.questionnaire,
        "topics": list(ticket.topics),
        "opens_at": rfc3339(ticket.opens_at),
        "closes_at": rfc3339(ticket.closes_at),
    }


@operation(
    "POST",
    "/api/v1/responses",
    who=ANYBODY,
    takes=ResponseRequest,
    gives=ResponseReply,
    refuses=(
        *(TicketInvalid, CollectionNotOpen, CollectionClosed, LinkRevoked),
        *(AnswersInvalid, AnswerConflict, ResponseWithdrawn, TooLate),
    ),
    status=201,
    ok_too=(200,),
)
def record_response(call: Call, sent: Mapping[str, object]) -> Response:
    """Record a response."""
    recorded = responses.record_response(
        _text(sent, "ticket"), sent.get("topics"), sent.get("answers"), call.arrived_ms, sent.get("paradata")
    )
    receipt: ResponseReply = {"receipt": recorded.receipt, "accepted_at": rfc3339(recorded.accepted_at)}
    return caller.reply(receipt, 201 if recorded.created else 200)


def _text(sent: Mapping[str, object], name: str) -> str:
    value = sent.get(name)
    if not isinstance(value, str):
        raise MalformedRequest("text", name=name)
    return value
