"""What a request says: when it came, what it holds, who sent it."""

import json
from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

from chalice.app import Request, Response
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from chalicelib.access.usecases.authenticate import Credential
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import CrossSite, FieldError, MalformedRequest, RequestInvalid, TooLarge, UnsupportedMedia
from chalicelib.kernel.texts import once, texts
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
    raw = request.raw_body
    if len(raw) > most:
        raise TooLarge("body_bytes", bytes=len(raw), most=most)
    return raw if isinstance(raw, bytes) else raw.encode()


def json_object(request: Request, *, of_stranger: bool = False) -> dict[str, Any]:
    """The JSON object in the body. Raises `TooLarge`; of somebody without a key also `UnsupportedMedia`, since a page
    of another site may send everything but JSON without asking, and `CrossSite`; and `MalformedRequest`."""
    raw = body(request)
    if of_stranger and request.headers.get("content-type", "").partition(";")[0].strip().lower() != media.JSON:
        raise UnsupportedMedia("json_kind")
    if of_stranger and session.is_foreign(request):
        raise CrossSite("cross_site")
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
        raise RequestInvalid([_field_error(one) for one in invalid.errors()]) from None


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


def _field_error(found: ErrorDetails) -> FieldError:
    """What pydantic found, as a reason of ours: its type, whose context are the figures."""
    escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in found["loc"])
    figures = dict(found.get("ctx", {}))
    if "expected" in figures:  # a list in English: `'a', 'b' or 'c'`
        figures["expected"] = figures["expected"].replace(" or ", ", ")
    reason = found["type"] if found["type"] in texts("fields", "en") else "unfit"
    return FieldError("".join(f"/{part}" for part in escaped), reason, **figures)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def matches(request: Request, etag: str) -> bool:
    """Whether the caller has this already (`If-None-Match`, compared weakly, RFC 9110 §13.1.2)."""
    shown = request.headers.get("if-none-match", "")
    return any(one.strip().removeprefix("W/") in {etag, "*"} for one in shown.split(","))
