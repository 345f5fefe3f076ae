"""Shapes of JSON that goes out, where several answer with them; the others stand beside their views.

`/openapi.json` is made from them, the type checker holds views to them, and tests hold replies to them.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, NotRequired, TypeVar

from pydantic import ConfigDict, TypeAdapter, with_config
from typing_extensions import TypedDict

R = TypeVar("R")
_adapter: Callable[[Any], TypeAdapter[Any]] = cache(TypeAdapter)


@with_config(ConfigDict(extra="forbid"))
class Reply(TypedDict):
    """Base of all replies: a field too many is as wrong as one missing."""


def reply_of(shape: type[R], found: Any, **more: Any) -> R:
    """A reply of this shape: `more`, and the members or attributes of `found` that are called as in the shape.

    Raises `ValidationError` where they don't fit, so that nothing goes out that `/openapi.json` doesn't tell of.
    """
    named = [name for name in shape.__annotations__ if hasattr(found, name)]
    known = found if isinstance(found, dict) else {name: getattr(found, name) for name in named}
    reply: R = _adapter(shape).validate_python(known | more)
    return reply


class FieldProblem(Reply):
    """One wrong field."""

    pointer: str
    detail: str


class Problem(Reply):
    """A refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: NotRequired[list[FieldProblem]]


class Figures(Reply):
    """Collected and valid."""

    collected: int
    valid: int


class FiguresToday(Figures):
    """And those of today."""

    today: int


class UnitCounts(FiguresToday):
    """A unit's counts."""

    code: str
    name: str
    plan: int | None
    progress: float | None


class ExportFile(Reply):
    """A file of an export, at a short-lived address."""

    name: str
    sha256: str
    rows: int | None
    bytes: NotRequired[int]
    url: str


class LinkReply(Reply):
    """A link."""

    code: str
    url: str
    unit: str
    channel: str
    edition: str
    label: str
    revoked: bool


class Links(Reply):
    """Links."""

    links: list[LinkReply]
