"""What a request says: when it came, what it holds, who sent it."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

from chalice.app import Request, Response
from pydantic import BaseModel, ValidationError

from chalicelib.access.usecases.authenticate import Credential
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import CrossSite, MalformedRequest, RequestInvalid, TooLarge, UnsupportedMedia
from chalicelib.kernel.seen import Seen
from chalicelib.kernel.texts import once
from chalicelib.web.rim import media, session

M = TypeVar("M", bound=BaseModel)

MOST_BYTES = 64 * 1024


def arrived_ms(request: Request) -> int:
    """When the request arrived, in ms since the epoch: the gateway's value if there is one, else the clock."""
    stamped = request.context.get("requestTimeEpoch")
    return int(stamped) if stamped is not None else now_ms()


def key(request: Request) -> Credential | None:
    """What the caller shows: a key, else the session of a page's visitor.

    Raises `NotYours` where a session is to change something without its CSRF token.
    """
    value: str | None = request.headers.get("x-api-key")
    return value if value is not None else session.shown(request, arrived_ms(request))


def query(request: Request, name: str) -> str | None:
    """A query parameter; the last one where it is repeated."""
    return request.query_params.get(name) if request.query_params else None


def body(request: Request, most: int = MOST_BYTES) -> bytes:
    """The body as it came. Raises `TooLarge`."""
    if len(request.raw_body) > most:
        raise TooLarge("body_bytes", bytes=len(request.raw_body), most=most)
    return whole_body(request)


def whole_body(request: Request) -> bytes:
    """The body as it came, whatever its size."""
    raw = request.raw_body
    return raw if isinstance(raw, bytes) else raw.encode()


def json_object(request: Request, *, of_stranger: bool = False) -> dict[str, Any]:
    """The JSON object in the body. Raises `TooLarge`; of somebody without a key also `UnsupportedMedia`, since a page
    of another site may send everything but JSON without asking, and `CrossSite`; and `MalformedRequest`."""
    raw = body(request)
    if of_stranger and request.headers.get("content-type", "").partition(";")[0].strip().lower() != media.JSON:
        raise UnsupportedMedia("json_kind")
    if of_stranger and session.is_foreign(request):
        raise CrossSite("cross_site")
    return read_json(raw)


def read_json(raw: bytes) -> dict[str, Any]:
    """The JSON object that these bytes are. Raises `MalformedRequest`."""
    try:
        # Decoded here: left to itself, `json` takes UTF-16 and halves of surrogate pairs too.
        sent = json.loads(raw.decode(), parse_constant=_no_constant, object_pairs_hook=once)
    except (ValueError, RecursionError):
        raise MalformedRequest("json") from None
    if not isinstance(sent, dict):
        raise MalformedRequest("json_object")
    return sent


def read_as(model: type[M], sent: Mapping[str, Any]) -> M:
    """What was sent, as `model`. Raises `RequestInvalid` naming every wrong field."""
    try:
        return model.model_validate(sent)
    except ValidationError as invalid:
        from chalicelib.kernel.shapes import misfits  # noqa: PLC0415 - most of what is sent fits

        raise RequestInvalid(misfits(invalid)) from None


def reply(body: Any, status: int = 200, **headers: str) -> Response:
    """A JSON reply; header names are written with underscores. Keyed answers belong to nobody else's cache."""
    named: dict[str, str | list[str]] = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(json.dumps(body, ensure_ascii=False, separators=(",", ":")), named, status)


def file(content: bytes | str, media_type: str, name: str, **headers: str) -> Response:
    """A file to save under this name; header names are written with underscores."""
    named: dict[str, str | list[str]] = {
        "Content-Type": media_type,
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return Response(content, named | {name.replace("_", "-"): value for name, value in headers.items()})


def see_other(address: str) -> Response:
    """On to where a file lies (303)."""
    return Response("", {"Location": address, "Cache-Control": "no-store"}, 303)


def seen(request: Request) -> Seen:
    """What the caller has seen of what is to be changed (`If-Match`, compared strongly, RFC 9110 §13.1.1)."""
    shown = request.headers.get("if-match")
    return Seen(None if shown is None else frozenset(one.strip().strip('"') for one in shown.split(",")))


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def matches(request: Request, etag: str) -> bool:
    """Whether the caller has this already (`If-None-Match`, compared weakly, RFC 9110 §13.1.2)."""
    shown = request.headers.get("if-none-match", "")
    return any(one.strip().removeprefix("W/") in {etag, "*"} for one in shown.split(","))
