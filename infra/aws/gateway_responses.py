"""What the API gateway itself answers, as problem documents (RFC 9457) like all the others."""

import json

from chalicelib.web.rim.entry import YEAR_S
from chalicelib.web.rim.problems import TYPE_BASE
from infra.aws.cfn import Json


def responses() -> Json:
    """By API Gateway's kind of answer; all that isn't named is one of the two defaults."""
    later = {"gatewayresponse.header.Retry-After": "'2'"}
    return {
        "DEFAULT_4XX": _problem(None, "malformed-request", "The request can't be taken"),
        "DEFAULT_5XX": _problem(None, "internal-error", "Something is wrong on our side"),
        "BAD_REQUEST_BODY": _problem(400, "malformed-request", "The request can't be read"),
        # A path or method that isn't there is taken for a call that lacks its signature.
        "MISSING_AUTHENTICATION_TOKEN": _problem(404, "not-found", "There is no such thing"),
        "RESOURCE_NOT_FOUND": _problem(404, "not-found", "There is no such thing"),
        "REQUEST_TOO_LARGE": _problem(413, "too-large", "The request is too large"),
        "UNSUPPORTED_MEDIA_TYPE": _problem(415, "unsupported-media-type", "This kind of content isn't taken here"),
        "THROTTLED": _problem(429, "too-many-requests", "Too many requests", later),
        "QUOTA_EXCEEDED": _problem(429, "too-many-requests", "Too many requests", later),
        "WAF_FILTERED": _problem(429, "too-many-requests", "Too many requests", later),
        "INTEGRATION_FAILURE": _problem(503, "busy", "The service can't answer just now", later),
        "INTEGRATION_TIMEOUT": _problem(503, "busy", "The service can't answer just now", later),
        "API_CONFIGURATION_ERROR": _problem(500, "internal-error", "Something is wrong on our side"),
    }


def _problem(status: int | None, slug: str, title: str, headers: Json | None = None) -> Json:
    document = {"type": TYPE_BASE + slug, "title": title, "detail": title, "status": status}
    text = json.dumps(document)
    if status is None:
        text = text.replace('"status": null', '"status": $context.status')
    shown = {
        "gatewayresponse.header.Content-Type": "'application/problem+json'",
        "gatewayresponse.header.Cache-Control": "'no-store'",
        "gatewayresponse.header.X-Content-Type-Options": "'nosniff'",
        "gatewayresponse.header.Strict-Transport-Security": f"'max-age={YEAR_S}'",
    }
    answer: Json = {"responseParameters": shown | (headers or {}), "responseTemplates": {"application/json": text}}
    return answer if status is None else answer | {"statusCode": status}
