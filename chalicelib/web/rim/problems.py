"""Refusals as problem documents (RFC 9457): the one table from the domain's errors to HTTP."""

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec

from botocore.exceptions import BotoCoreError, ClientError
from chalice.app import Request, Response
from pynamodb.exceptions import PynamoDBException

from chalicelib.kernel import errors
from chalicelib.kernel.texts import said, texts
from chalicelib.kernel.wording import FALLBACK_LANGUAGE
from chalicelib.web.rim.language import choose

log = logging.getLogger(__name__)
P = ParamSpec("P")

DEFAULT = "en"
"""The language of a problem where the caller asks for none that we speak."""
TYPE_BASE = "https://minsheng.example/problems/"
"""A problem's type is this and its slug. An identifier, which needn't lead anywhere."""


@dataclass(frozen=True, slots=True)
class ProblemKind:
    """A kind of problem. `titled` is the key of its title, where the slug isn't."""

    status: int
    slug: str
    titled: str = ""

    def title(self, lang: str = DEFAULT) -> str:
        """What it is called in `lang`."""
        return str(texts("problems", lang)["titles"][self.titled or self.slug])


KINDS: dict[type[errors.MinshengError], ProblemKind] = {
    errors.MalformedRequest: ProblemKind(400, "malformed-request"),
    errors.TicketInvalid: ProblemKind(401, "ticket-invalid"),
    errors.KeyInvalid: ProblemKind(401, "key-invalid"),
    errors.CollectionNotOpen: ProblemKind(403, "collection-not-open"),
    errors.NotYours: ProblemKind(403, "not-yours"),
    errors.CrossSite: ProblemKind(403, "cross-site"),
    errors.LinkUnknown: ProblemKind(404, "link-unknown"),
    errors.QuestionnaireUnknown: ProblemKind(404, "questionnaire-unknown"),
    errors.ReceiptUnknown: ProblemKind(404, "receipt-unknown"),
    errors.NotFound: ProblemKind(404, "not-found"),
    errors.AnswerConflict: ProblemKind(409, "answer-conflict"),
    errors.AlreadySealed: ProblemKind(409, "sealed"),
    errors.CampaignAmbiguous: ProblemKind(409, "campaign-ambiguous"),
    errors.Overtaken: ProblemKind(409, "overtaken"),
    errors.RepeatUnfinished: ProblemKind(409, "request-unfinished"),
    errors.LastAdministrator: ProblemKind(409, "last-administrator"),
    errors.NotSealed: ProblemKind(409, "not-sealed"),
    errors.CollectionClosed: ProblemKind(410, "collection-closed"),
    errors.LinkRevoked: ProblemKind(410, "link-revoked"),
    errors.ResponseWithdrawn: ProblemKind(410, "withdrawn"),
    errors.PreconditionFailed: ProblemKind(412, "precondition-failed"),
    errors.TooLarge: ProblemKind(413, "too-large"),
    errors.UnsupportedMedia: ProblemKind(415, "unsupported-media-type"),
    errors.AnswersInvalid: ProblemKind(422, "answers-invalid"),
    errors.RequestInvalid: ProblemKind(422, "request-invalid"),
    errors.RepeatReused: ProblemKind(422, "idempotency-key-reused"),
    errors.TooManyRequests: ProblemKind(429, "too-many-requests"),
    errors.TooLate: ProblemKind(503, "busy", "too-late"),
}
_UNAVAILABLE = errors.MinshengError("unacknowledged"), ProblemKind(503, "busy")
_INTERNAL = errors.MinshengError("logged"), ProblemKind(500, "internal-error")
_RETRY_AFTER_S = "2"


def kind_of(refusal: errors.MinshengError) -> ProblemKind:
    """What kind of problem a refusal is."""
    return next(KINDS[cls] for cls in type(refusal).__mro__ if cls in KINDS)


def answered(view: Callable[P, Response]) -> Callable[P, Response]:
    """Lets a view raise refusals: they, and whatever else goes wrong, become problem documents."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
        request = next((one for one in args if isinstance(one, Request)), None)
        try:
            return view(*args, **kwargs)
        except errors.MinshengError as refusal:
            kind = kind_of(refusal)
            log.warning("%s: %s", kind.slug, type(refusal).__name__)
            return _reply(request, refusal, kind)
        except (BotoCoreError, ClientError, PynamoDBException):
            log.exception("a table can't be reached")
            return _reply(request, *_UNAVAILABLE)
        except Exception:  # the last net under every route: a plain exception would leave without a document
            log.exception("unexpected")
            return _reply(request, *_INTERNAL)

    return guarded


def _reply(request: Request | None, refusal: errors.MinshengError, kind: ProblemKind) -> Response:
    """A problem document; for validation it lists every wrong field."""
    lang = _told(request, DEFAULT)
    # What is wrong with answers and tables is told in Chinese where nobody asks for a language, all else in English.
    detailed = _told(request, DEFAULT if refusal.subject in {"problems", "fields"} else FALLBACK_LANGUAGE)
    fields = getattr(refusal, "errors", ())
    document: dict[str, object] = {
        "type": TYPE_BASE + kind.slug,
        "title": kind.title(lang),
        "status": kind.status,
        "detail": kind.title(lang) if fields else said(refusal.subject, detailed, refusal.reason, refusal.figures),
    }
    if fields:
        document["errors"] = [
            {"pointer": one.pointer, "detail": said(refusal.subject, detailed, one.reason, one.figures)}
            for one in fields
        ]
    headers: dict[str, str | list[str]] = {"Content-Type": "application/problem+json", "Cache-Control": "no-store"}
    wait_s = refusal.retry_after_s if isinstance(refusal, errors.TooManyRequests) else _RETRY_AFTER_S
    if kind.status in {429, 503}:
        headers["Retry-After"] = str(wait_s)
    return Response(json.dumps(document, ensure_ascii=False), headers, kind.status)


def _told(request: Request | None, otherwise: str) -> str:
    """The language that the caller asks for."""
    if request is None:
        return otherwise
    asked = request.query_params.get("lang") if request.query_params else None
    return choose(asked, request.headers.get("accept-language", ""), otherwise).tag
