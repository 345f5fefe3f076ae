"""Refusals as problem documents (RFC 9457): the one table from the domain's errors to HTTP."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec

from botocore.exceptions import BotoCoreError, ClientError
from chalice.app import Response
from pynamodb.exceptions import PynamoDBException

from chalicelib.kernel import errors

log = logging.getLogger(__name__)
P = ParamSpec("P")

TYPE_BASE = "https://minsheng.example/problems/"
"""A problem's type is this and its slug. An identifier, which needn't lead anywhere."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem."""

    status: int
    slug: str
    title: str


KINDS: dict[type[errors.MinshengError], Kind] = {
    errors.MalformedRequest: Kind(400, "malformed-request", "The request can't be read"),
    errors.TicketInvalid: Kind(401, "ticket-invalid", "The ticket is not valid"),
    errors.KeyInvalid: Kind(401, "key-invalid", "The key is not valid"),
    errors.CollectionNotOpen: Kind(403, "collection-not-open", "Collection has not begun"),
    errors.NotYours: Kind(403, "not-yours", "This is not yours"),
    errors.LinkUnknown: Kind(404, "link-unknown", "There is no such link"),
    errors.QuestionnaireUnknown: Kind(404, "questionnaire-unknown", "There is no such questionnaire"),
    errors.NotFound: Kind(404, "not-found", "There is no such thing"),
    errors.AnswerConflict: Kind(409, "answer-conflict", "Other answers are stored already"),
    errors.AlreadySealed: Kind(409, "sealed", "The campaign is sealed"),
    errors.LastAdministrator: Kind(409, "last-administrator", "An administrator has to remain"),
    errors.NotSealed: Kind(409, "not-sealed", "The campaign is not sealed yet"),
    errors.CollectionClosed: Kind(410, "collection-closed", "Collection has ended"),
    errors.LinkRevoked: Kind(410, "link-revoked", "The link was revoked"),
    errors.TooLarge: Kind(413, "too-large", "The request is too large"),
    errors.AnswersInvalid: Kind(422, "answers-invalid", "Answers don't fit the questionnaire"),
    errors.RequestInvalid: Kind(422, "request-invalid", "Fields of the request don't fit"),
    errors.TooManyRequests: Kind(429, "too-many-requests", "Too many requests"),
    errors.TooLate: Kind(503, "unavailable", "It could not be finished in time"),
}
_UNAVAILABLE = Kind(503, "unavailable", "The service can't answer just now")
_INTERNAL = Kind(500, "internal-error", "Something is wrong on our side")
_RETRY_AFTER_S = "2"


def answered(view: Callable[P, Response]) -> Callable[P, Response]:
    """Lets a view raise refusals: they, and whatever else goes wrong, become problem documents."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
        try:
            return view(*args, **kwargs)
        except errors.MinshengError as refusal:
            kind = next(KINDS[cls] for cls in type(refusal).__mro__ if cls in KINDS)
            log.warning("%s: %s", kind.slug, type(refusal).__name__)
            reply = problem(kind, str(refusal), getattr(refusal, "errors", ()))
            if isinstance(refusal, errors.TooManyRequests):
                reply.headers["Retry-After"] = str(refusal.retry_after_s)
            return reply
        except (BotoCoreError, ClientError, PynamoDBException):
            log.exception("a table can't be reached")
            return problem(_UNAVAILABLE, "Nothing was acknowledged; trying again is safe.")
        except Exception:  # the last net under every route: a plain exception would leave without a document
            log.exception("unexpected")
            return problem(_INTERNAL, "It has been logged.")

    return guarded


def problem(kind: Kind, detail: str, fields: tuple[errors.FieldError, ...] = ()) -> Response:
    """A problem document; for validation it lists every wrong field."""
    body: dict[str, object] = {
        "type": TYPE_BASE + kind.slug,
        "title": kind.title,
        "status": kind.status,
        "detail": kind.title if fields else detail,
    }
    if fields:
        body["errors"] = [{"pointer": field.pointer, "detail": field.detail} for field in fields]
    headers: dict[str, str | list[str]] = {"Content-Type": "application/problem+json", "Cache-Control": "no-store"}
    if kind.status == 503:
        headers["Retry-After"] = _RETRY_AFTER_S
    return Response(json.dumps(body, ensure_ascii=False), headers, kind.status)
