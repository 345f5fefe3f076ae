"""An operation of the API, told once: on its view stands what it is, who may, what it takes, gives and refuses.

From that its requests are answered, and `/openapi.json` is made (`web.openapi.document`).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Concatenate, Generic, NamedTuple, ParamSpec, TypeVar, overload

from chalice.app import Request, Response
from pydantic import BaseModel
from typing_extensions import TypedDict, Unpack

from chalicelib.access.domain.roles import Act
from chalicelib.access.store.keys import Holder
from chalicelib.access.usecases.authenticate import authenticate, check, check_unit
from chalicelib.kernel.errors import KeyInvalid, MinshengError, NotYours, TooManyRequests
from chalicelib.kernel.lazy_imports import deferred
from chalicelib.kernel.seen import version_of
from chalicelib.web.rim import caller
from chalicelib.web.rim.call import Call, changed_campaign, in_campaign
from chalicelib.web.rim.problems import answered

with deferred():
    from chalicelib.access.usecases import refusals

P = ParamSpec("P")
Sent = TypeVar("Sent", bound=BaseModel | Mapping[str, object])
Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Versioned(Generic[Given]):
    """What is given, with what of it can be changed: the reply has an `ETag`."""

    body: Given
    value: object


class Who(NamedTuple):
    """Whose key opens an operation: a unit's, that of a member of the secretariat who may do `act`, or either's."""

    unit: bool = False
    act: Act | None = None


ANYBODY, UNIT = Who(), Who(unit=True)


def unit_or(act: Act) -> Who:
    """A unit, or a member of the secretariat who may do this."""
    return Who(unit=True, act=act)


@dataclass(frozen=True, eq=False, repr=False)
class Operation(Generic[P]):
    """One method on one path. It is called as its route is: with the request, and with what stands in the path."""

    view: Callable[..., Any]
    method: str
    path: str
    who: Who
    takes: type | tuple[str, ...] | None = None
    """The shape of the JSON object in the body, or the media types of a body that is something else.

    A pydantic model is validated before the view is asked; of a typed dictionary the view looks at the members itself.
    """
    gives: type | str | None = None
    """The shape of the JSON that is answered, the media type of something else, or nothing."""
    refuses: tuple[type[MinshengError], ...] = ()
    """What it refuses beside what follows from `who`, `takes` and `query`."""
    query: tuple[str, ...] = ()
    status: int = 200
    ok_too: tuple[int, ...] = ()
    changes: bool = False
    """Whether it changes what is a campaign's: which one is settled before the body is read."""

    @property
    def summary(self) -> str:
        """The first line of the view's docstring."""
        return (self.view.__doc__ or "").partition("\n")[0].rstrip(".")

    @answered
    def __call__(self, request: Request, /, *args: P.args, **kwargs: P.kwargs) -> Response:
        """Looks at who asks, then reads the body, then has the view act. Refusals become problem documents."""
        at_ms, named = caller.arrived_ms(request), caller.query(request, "campaign")
        holder = _holder(request, self.who)
        if holder is not None and holder.member is None:
            holder = in_campaign(holder, named, at_ms)
        call = Call(request, at_ms, holder, changed_campaign(named) if self.changes else None)

        def act() -> Response:
            return self._reply(self.view(call, *self._body(request), *args, **kwargs))

        if not self.repeats_once or "idempotency-key" not in request.headers:
            return act()
        from chalicelib.web.rim.repeat import once  # noqa: PLC0415 - no netizen needs it

        return once(request, act)

    @property
    def repeats_once(self) -> bool:
        """Whether it takes an `Idempotency-Key`; a netizen's ticket is one already."""
        return self.method == "POST" and self.who != ANYBODY

    def _reply(self, given: Any) -> Response:
        if isinstance(given, Response):
            return given
        if isinstance(given, Versioned):
            return caller.reply(given.body, self.status, ETag=f'"{version_of(given.value)}"')
        if given is None:
            return Response("", {"Cache-Control": "no-store"}, self.status)
        return caller.reply(given, self.status)

    def _body(self, request: Request) -> Iterator[Any]:
        """The body as what is taken. Raises what `caller.json_object` does, and then `RequestInvalid`."""
        if isinstance(self.takes, type):
            sent = caller.json_object(request, of_stranger=self.who == ANYBODY)
            yield caller.read_as(self.takes, sent) if issubclass(self.takes, BaseModel) else sent


def _holder(request: Request, who: Who) -> Holder | None:
    """Who asks. Raises `KeyInvalid`, `NotYours` and `TooManyRequests`."""
    if who == ANYBODY:
        return None
    shown, at_ms = caller.key(request), caller.arrived_ms(request)
    try:
        holder = authenticate(shown)
    except (KeyInvalid, TooManyRequests):
        if isinstance(shown, str):
            refusals.note_refusal(refusals.Door.API, at_ms)
        raise
    try:
        if who.act is None:
            check_unit(holder)
        elif not (who.unit and holder.member is None):
            check(holder, who.act)
    except NotYours:
        refusals.note_refusal(refusals.Door.ROLE, at_ms, holder.who)
        raise
    return holder


class _More(TypedDict, total=False):
    """See `Operation`."""

    refuses: tuple[type[MinshengError], ...]
    query: tuple[str, ...]
    status: int
    ok_too: tuple[int, ...]
    changes: bool


_Gives = type[Given] | str | None
_View = Callable[Concatenate[Call, P], Given | Versioned[Given] | Response | None]
_Taking = Callable[Concatenate[Call, Sent, P], Given | Versioned[Given] | Response | None]


@overload
def operation(
    method: str,
    path: str,
    *,
    who: Who | Act,
    takes: tuple[str, ...] | None = None,
    gives: _Gives[Given] = None,
    **more: Unpack[_More],
) -> Callable[[_View[P, Given]], Operation[P]]: ...


@overload
def operation(
    method: str, path: str, *, who: Who | Act, takes: type[Sent], gives: _Gives[Given] = None, **more: Unpack[_More]
) -> Callable[[_Taking[Sent, P, Given]], Operation[P]]: ...


def operation(method: str, path: str, *, who: Who | Act, **more: Any) -> Any:
    """Makes a view the answer to `method` on `path`, see `Operation`.

    The view is given the call, the body where JSON is taken, and what stands in the path; it answers with what it
    gives, or with a whole response where that needs another status or headers of its own.
    """
    opens = Who(act=who) if isinstance(who, Act) else who
    return lambda view: Operation(view, method, path, opens, **more)
