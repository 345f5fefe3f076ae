"""Chalice's own local gateway behind a WSGI server: the part that API Gateway plays on AWS.

Path parameters stay percent-encoded, as API Gateway and Chalice's development server leave them; `app.py`
decodes them once.
"""

import base64
import json
import logging
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from chalice.app import Chalice
from chalice.config import Config
from chalice.local import (
    LambdaEventConverter,
    LocalChalice,
    LocalGateway,
    LocalGatewayException,
    RouteMatcher,
)

from chalicelib.kernel.clock import now_ms
from infra.local.replies import Reply, StartResponse, problem, send
from infra.local.requests import Headers, Refused, read_body

_LOG = logging.getLogger(__name__)
_LAMBDA_TIMEOUT_S = 20


class ChaliceBehindWsgi:
    """A WSGI application that answers with `app`, in as many threads as the server likes."""

    def __init__(self, app: Chalice) -> None:
        # As `create_local_server` does it: the attribute that holds the current request, one per thread.
        app.__class__ = type("ThreadedChalice", (LocalChalice, app.__class__), {})
        config = Config("local", "api_handler", config_from_disk={"lambda_timeout": _LAMBDA_TIMEOUT_S})
        self._gateway = LocalGateway(app, config)
        self._gateway.event_converter = _ApiGatewayEvents(RouteMatcher(list(app.routes)), app.api.binary_types)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        try:
            reply = self._answer(environ)
        except Refused as refusal:
            reply = problem(refusal.status, str(refusal))
        except Exception:
            _LOG.exception("the gateway failed")
            reply = problem(500, "An internal error occurred; it is safe to try again.")
        return send(reply, environ, start_response)

    def _answer(self, environ: dict[str, Any]) -> Reply:
        method, path = environ["REQUEST_METHOD"], _raw_path(environ)
        body = read_body(environ, path)
        # A request has arrived when it is here whole: were it at the first byte, a client could hold the gate
        # open by sending the rest after closing. Nothing else comes between the last byte and this clock.
        headers = Headers(environ, arrived_ms=now_ms())
        try:
            answer = self._gateway.handle_request(method, path, headers, body)
        except (LocalGatewayException, UnicodeEncodeError):  # the latter where Authorization isn't ASCII
            return problem(404, "There is nothing at this address.")
        return _problem_of_chalice(_reply(answer))


class _ApiGatewayEvents(LambdaEventConverter):
    """Chalice's events, with what the gateway alone knows, and bodies as Lambda gets them."""

    def create_lambda_event(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None = None
    ) -> dict[str, Any]:
        assert isinstance(headers, Headers)
        event: dict[str, Any] = super().create_lambda_event(method, path, headers, None)
        event["requestContext"]["identity"]["sourceIp"] = headers.client
        event["requestContext"]["requestTimeEpoch"] = headers.arrived_ms
        event["body"], event["isBase64Encoded"] = self._text(headers, body)
        return event

    def _text(self, headers: Headers, body: bytes | None) -> tuple[str | None, bool]:
        if not body:
            return None, False
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind not in self._binary_types:
            try:
                return body.decode(), False
            except UnicodeDecodeError:
                pass  # an event holds no bytes: let the application see, and refuse, what was sent
        return base64.b64encode(body).decode(), True


def _raw_path(environ: dict[str, Any]) -> str:
    """Path and query as sent, but safe for the matcher, which would read `//x` as a host and `;` as an end."""
    target: str = environ["RAW_URI"]
    if not target.startswith("/"):  # the absolute form, as proxies send it
        target = urlsplit(target)._replace(scheme="", netloc="").geturl() or "/"
    path, mark, query = target.partition("?")
    return path.replace("//", "/%2F").replace(";", "%3B") + mark + query


def _reply(answer: dict[str, Any]) -> Reply:
    body = answer.get("body") or ""
    content = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    headers = [(name, str(value)) for name, value in (answer.get("headers") or {}).items()]
    for name, values in (answer.get("multiValueHeaders") or {}).items():
        headers += [(name, str(value)) for value in values]
    reply = Reply(answer["statusCode"], headers, content)
    if content and not reply.header("Content-Type"):
        reply.headers.append(("Content-Type", "application/json"))
    return reply


def _problem_of_chalice(reply: Reply) -> Reply:
    """Chalice's own `{"Code": …, "Message": …}` as a problem; anything else as it is."""
    if reply.status < 400 or reply.header("Content-Type") != "application/json":
        return reply
    try:
        said = json.loads(reply.body)
    except ValueError:
        return reply
    if not isinstance(said, dict) or set(said) != {"Code", "Message"}:
        return reply
    allow = [("Allow", reply.header("Allow"))] if reply.status == 405 else []
    return problem(reply.status, said["Message"], allow)
