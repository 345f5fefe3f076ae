"""What a desk's form asks for: its act, its numbers, and what is said at its wrong fields."""

from collections.abc import Mapping
from typing import TypeVar

from chalicelib.access.domain.roles import Act
from chalicelib.access.usecases.authenticate import check
from chalicelib.kernel.errors import FieldErrors, MalformedRequest
from chalicelib.kernel.texts import texts
from chalicelib.web.desk.visitor import Visitor

T = TypeVar("T")


def act_of(visitor: Visitor, acts: Mapping[str, T]) -> T:
    """What is done by the act that the form names. Raises `MalformedRequest`."""
    try:
        return acts[visitor.one("act")]
    except KeyError:
        raise MalformedRequest("form_act") from None


def permitted(visitor: Visitor, acts: Mapping[str, tuple[Act, T]]) -> T:
    """Likewise, where each act asks for a right of its own. Raises `RoleNeeded` and `MalformedRequest`."""
    act, done = act_of(visitor, acts)
    check(visitor.holder, act)
    return done


def number(typed: str) -> int | str | None:
    """A whole number as people write it (`5,000`); None for nothing, and anything else as it is, to be refused."""
    plain = typed.replace(",", "")
    return int(plain) if plain.isdecimal() else plain or None


def wrong(visitor: Visitor, refusal: FieldErrors, of: str = "", **figures: object) -> dict[str, str]:
    """What stands at each wrong field: what the desk says of the reason (`d_wrong_early`), else of the field
    (`d_wrong_title`; with `of` `d_wrong_<of>title`), else what a program is told."""
    say, known = visitor.seen.language, texts("desk", visitor.seen.language.tag)
    found = {}
    for error in refusal.errors:
        field = error.pointer.split("/")[1]
        keys = (f"d_wrong_{error.reason}", f"d_wrong_{of}{field}")
        key = next((key for key in keys if key in known), None)
        found[field] = say.why("desk" if key else refusal.subject, error, key, **figures)
    return found
