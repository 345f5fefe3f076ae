"""Who uses a desk: nobody passes this file without a session of the right role, and nothing is changed without
that session's CSRF token."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from chalice.app import Request, Response

from chalicelib.access.domain.roles import Act, RoleNeeded, may
from chalicelib.access.store.keys import Holder, Role
from chalicelib.access.usecases import sessions
from chalicelib.access.usecases.authenticate import authenticate, check
from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.current import current
from chalicelib.kernel.errors import FieldErrors, KeyInvalid, MinshengError, NotYours, TooManyRequests
from chalicelib.web.desk import door
from chalicelib.web.desk.upload import UPLOAD_BYTES, content_of, is_upload, read_parts
from chalicelib.web.rim import caller, session
from chalicelib.web.rim.addresses import at_one_address
from chalicelib.web.rim.form_reader import Fields, read_fields
from chalicelib.web.rim.problems import answered, kind_of
from chalicelib.web.rim.render import Visit, page, visit

PRIVATE = "private, no-store"
P = ParamSpec("P")


@dataclass(frozen=True)
class Visitor:
    """Somebody with a session, and what they ask."""

    request: Request
    seen: Visit
    holder: Holder
    csrf: str
    at_ms: int
    fields: Fields
    """Of the form that was sent; none on a look."""

    def one(self, name: str, otherwise: str = "") -> str:
        """A field of the form, trimmed; the last where it is repeated."""
        values = self.fields.get(name, ())
        return values[-1].strip() if values else otherwise

    def file(self, name: str) -> bytes:
        """The bytes of a file in the form; none where none was chosen."""
        return content_of(self.fields.get(name, [""])[-1])

    @property
    def is_confirmed(self) -> bool:
        """Whether the visitor was asked once more, see `confirm`."""
        return self.one("confirmed") == "1"

    @property
    def who(self) -> str:
        """How the audit log names them."""
        return self.holder.who

    @property
    def campaign(self) -> Campaign:
        """The current campaign, read when asked for. Raises `NotFound`."""
        return current(self.at_ms)

    def may(self, act: str) -> bool:
        """Whether a member of the secretariat may do this (a word of `access.domain.roles.Act`).

        Templates hide what they may not.
        """
        return self.holder.member is not None and may(self.holder.member.rank, Act(act))

    def page(self, template: str, *, status: int = 0, **context: Any) -> Response:
        """A page of the desk; with something `wrong` at its fields a 422, unless another status is said."""
        status = status or (422 if context.get("wrong") else 200)
        return page(template, self.seen, status=status, cache=PRIVATE, visitor=self, **context)

    def go(self, path: str) -> Response:
        """On to another page of ours (`secretariat/units`), after something was done."""
        return door.go(self.seen, path)

    def confirm(self, act: str, back: str, **context: Any) -> Response:
        """Asks once more before `act` is done; the form's fields are kept."""
        kept = {name: values for name, values in self.fields.items() if name != "_csrf"}
        return self.page("desk/confirm.html", act=act, back=back, kept=kept, **context)


def at_desk(
    role: Role, root: str, act: Act = Act.MEMBERS, look: Act = Act.LOOK
) -> Callable[[Callable[Concatenate[Visitor, P], Response]], Callable[..., Response]]:
    """Makes a view of a `Visitor` the answer to a route: whoever has no session of this `role` is asked to sign in.

    `root` is the relative way from the route to the app's own root. `act` is what a member of the secretariat does
    with a form that is sent there; a page of several acts says `Act.LOOK` and checks each itself. Without one, only
    those may send it who may do anything. `look` is what it takes to see the page.
    """

    def guard(view: Callable[Concatenate[Visitor, P], Response]) -> Callable[..., Response]:
        @at_one_address
        @answered
        @wraps(view)
        def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> Response:
            seen, uploads = seen_by(request, root), is_upload(request.headers.get("content-type", ""))
            fields = {} if uploads or request.method != "POST" else _read(request)
            if "key" in fields:
                return door.sign_in(request, seen, role, fields)
            if not session.token_of(request) and request.method == "GET" and session.is_foreign(request):
                return page("desk/again.html", seen, cache=PRIVATE)
            visitor = _visitor(request, seen, role, fields)
            if visitor is None:
                return door.ask(request, seen, role)
            try:
                if role == "secretariat" and not _is_sign_out(visitor):
                    check(visitor.holder, act if request.method == "POST" else look)
                if request.method == "POST":
                    visitor = _who_means_it(visitor, uploads=uploads)
                if _is_sign_out(visitor):
                    return door.sign_out(seen, visitor.holder.role)
                return view(visitor, *args, **kwargs)
            except MinshengError as refusal:
                return _refused(visitor, refusal)

        return guarded

    return guard


def seen_by(request: Request, root: str) -> Visit:
    """How a desk is looked at; never in another site's frame."""
    return replace(visit(request, root), framed=False)


def _read(request: Request) -> dict[str, list[str]]:
    """A form without a file: 64 KiB at most, and few fields, so that anybody's may be looked at."""
    return read_fields(request.headers.get("content-type", ""), caller.body(request))


def _visitor(request: Request, seen: Visit, role: Role, fields: Fields) -> Visitor | None:
    """The visitor, if their session is good and its key still opens this desk."""
    at_ms, token = caller.arrived_ms(request), session.token_of(request)
    found = sessions.read_session(token, at_ms) if token else None
    if token is None or found is None:
        return None
    try:
        holder = authenticate(found)
    except (KeyInvalid, TooManyRequests):
        return None
    return Visitor(request, seen, holder, sessions.csrf_token(token), at_ms, fields) if holder.role == role else None


def _who_means_it(visitor: Visitor, *, uploads: bool) -> Visitor:
    """The visitor with the form's fields, if it is a page of this session's that sent it. Raises `NotYours`.

    A form with a file is read only then: so its token stands in its address.
    """
    request = visitor.request
    given = caller.query(request, "_csrf") if uploads else visitor.one("_csrf")
    session.check_csrf(session.token_of(request) or "", given or "")
    if not uploads:
        return visitor
    body = caller.body(request, UPLOAD_BYTES)
    return replace(visitor, fields=read_parts(request.headers.get("content-type", ""), body))


def _is_sign_out(visitor: Visitor) -> bool:
    return visitor.request.method == "POST" and visitor.one("act") == "sign-out"


def _refused(visitor: Visitor, refusal: MinshengError) -> Response:
    """Pages for refusals that a view doesn't handle itself: nothing there, not yours, sealed."""
    status = kind_of(refusal).status
    known = {404: "unknown", 403: "forbidden", 409: "sealed", 410: "unknown", 503: "busy"}
    kind = "forbidden" if isinstance(refusal, NotYours) else known.get(status, "malformed")
    say, fields = visitor.seen.language, refusal.errors if isinstance(refusal, FieldErrors) else ()
    detail = say("semicolon").join(say.why(refusal.subject, one) for one in fields)
    if isinstance(refusal, RoleNeeded):
        kind = "role"
        detail = say("d_role_needed", role=say(f"d_role_{refusal.needed}"))
    return visitor.page("desk/notice.html", status=status, kind=kind, detail=detail)
