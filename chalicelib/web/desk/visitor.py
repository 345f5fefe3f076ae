"""Who uses a desk: nobody passes this file without a session of the right role, and nothing is changed without
that session's CSRF token."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from chalice.app import Request, Response

from chalicelib.access.domain.roles import Act, RoleNeeded, may
from chalicelib.access.domain.session import Session
from chalicelib.access.store.keys import Holder, Role
from chalicelib.access.usecases import sessions
from chalicelib.access.usecases.authenticate import authenticate, check
from chalicelib.access.usecases.refusals import Door, note_refusal
from chalicelib.campaigns import campaigns, current
from chalicelib.campaigns.campaign import Campaign
from chalicelib.kernel.errors import (
    FieldErrors,
    KeyInvalid,
    MalformedRequest,
    MinshengError,
    NotFound,
    NotYours,
    TooManyRequests,
)
from chalicelib.kernel.gateways.file_addresses import Asker
from chalicelib.kernel.seen import Seen, version_of
from chalicelib.web.desk import door
from chalicelib.web.desk.upload import UPLOAD_BYTES, Uploaded, is_upload, read_parts
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
    session: Session
    csrf: str
    at_ms: int
    fields: Fields
    """Of the form that was sent; none on a look."""
    named: str | None = None
    """The campaign that stands in the address."""

    def one(self, name: str, otherwise: str = "") -> str:
        """A field of the form, trimmed; the last where it is repeated."""
        values = self.fields.get(name, ())
        return values[-1].strip() if values else otherwise

    def file(self, name: str) -> bytes:
        """The bytes of a file in the form; none where none was chosen."""
        return next((content for _, content in reversed(self.files(name))), b"")

    def files(self, name: str) -> list[tuple[str, bytes]]:
        """The files in the form, each with its name; empty ones, which browsers send for none, left out."""
        sent = (value for value in self.fields.get(name, ()) if isinstance(value, Uploaded))
        return [(file.filename, file.content) for file in sent if file]

    @property
    def last_seen(self) -> Seen:
        """What the page showed of what its form changes; forms without say nothing."""
        return Seen({self.fields["seen"][-1]} if self.fields.get("seen") else None)

    def version(self, act: str, value: object) -> str:
        """What the form of an act carries of what its page shows, `value` as JSON has it; where that form was sent, and
        is shown again, what the first page showed."""
        return (self.one("seen") if self.one("act") == act else "") or version_of(value)

    @property
    def is_confirmed(self) -> bool:
        """Whether the visitor was asked once more, see `confirm`."""
        return self.one("confirmed") == "1"

    @property
    def who(self) -> str:
        """How the audit log names them."""
        return self.holder.who

    @property
    def asker(self) -> Asker:
        """Whom addresses of files are given to, at the secretariat's desk."""
        assert self.holder.member is not None
        return Asker(self.holder.member.key_hash, at_desk=True)

    @property
    def campaign(self) -> Campaign:
        """The campaign in the address, read when asked for. Raises `NotFound`."""
        return campaigns.read(self.named or "")

    @cached_property
    def campaigns(self) -> list[Campaign]:
        """Those that the visitor may look at, the latest opening first."""
        part = None if self.holder.member else self.holder.taking_part
        return [one for one in campaigns.all_campaigns() if part is None or one.id in part]

    @cached_property
    def usual(self) -> str | None:
        """The campaign in the address, else the one that is usually meant; None before the first."""
        if any(one.id == self.named for one in self.campaigns):
            return self.named
        return current.usual(self.campaigns, self.at_ms).id if self.campaigns else None

    def at(self, path: str = "", campaign: str | None = None) -> str:
        """The address of a page of this desk (`units`) in a campaign, the one in this page's address where none is
        named; relative to the app's root."""
        path, mark, place = path.partition("#")
        parts = (door.DESKS[self.holder.role], campaign or self.usual, path)
        return "/".join(part for part in parts if part) + mark + place

    @property
    def page_name(self) -> str:
        """This page without its campaign and what else varies in it: `units` for `/secretariat/2026/units/GD01`."""
        _, _, name = self.request.path.partition("{campaign}/")
        return name.partition("/{")[0]

    def may(self, act: str) -> bool:
        """Whether a member of the secretariat may do this (a word of `access.domain.roles.Act`).

        Templates hide what they may not.
        """
        return self.holder.member is not None and may(self.holder.member.rank, Act(act))

    def page(self, template: str, *, status: int = 0, **context: Any) -> Response:
        """A page of the desk; with something `wrong` at its fields a 422, unless another status is said."""
        status = status or (422 if context.get("wrong") else 200)
        return page(template, self.seen, status=status, cache=PRIVATE, visitor=self, **context)

    def go(self, path: str = "", **kept: str) -> Response:
        """On to another page of this desk (`units`, `#links`), in the same campaign, after something was done; with
        what is `kept` in its query."""
        return door.go(self.seen, self._beside(path), self.seen.keep(**kept)[1:])

    def confirm(self, act: str, back: str, **context: Any) -> Response:
        """Asks once more before `act` is done, or leads `back` (`units`); the form's fields are kept."""
        kept = {name: values for name, values in self.fields.items() if name != "_csrf"}
        return self.page("desk/confirm.html", act=act, back=self._beside(back), kept=kept, **context)

    def _beside(self, path: str) -> str:
        """What lies in the same campaign as this page, or in none as it doesn't."""
        return self.at(path) if self.named else f"{door.DESKS[self.holder.role]}/{path}"


def at_desk(
    role: Role, act: Act = Act.MEMBERS, look: Act = Act.LOOK, *, of_campaign: bool = True
) -> Callable[[Callable[Concatenate[Visitor, P], Response]], Callable[..., Response]]:
    """Makes a view of a `Visitor` the answer to a route: whoever has no session of this `role` is asked to sign in.

    `act` is what a member of the secretariat does
    with a form that is sent there; a page of several acts says `Act.LOOK` and checks each itself. Without one, only
    those may send it who may do anything. `look` is what it takes to see the page.

    A page is `of_campaign` that stands in its address; from an address without one, a look is led to the campaign that
    is usually meant, and nothing is changed.
    """

    def guard(view: Callable[Concatenate[Visitor, P], Response]) -> Callable[..., Response]:
        @at_one_address
        @answered
        @wraps(view)
        def guarded(request: Request, /, *args: P.args, **kwargs: P.kwargs) -> Response:
            seen, uploads = seen_by(request, root_of(request)), is_upload(request.headers.get("content-type", ""))
            fields = {} if uploads or request.method != "POST" else _read(request)
            if "key" in fields:
                return door.sign_in(request, seen, role, fields)
            if not session.token_of(request) and request.method == "GET" and session.is_foreign(request):
                return page("desk/again.html", seen, cache=PRIVATE)
            visitor = _visitor(request, seen, role, fields)
            if visitor is None:
                return door.ask(request, seen, role)
            try:
                visitor = _admitted(visitor, act if request.method == "POST" else look, uploads=uploads)
                if _is_sign_out(visitor):
                    return door.sign_out(seen, visitor.session, visitor.holder, visitor.at_ms)
                if of_campaign and visitor.named is None:
                    return _to_usual(visitor)
                return view(visitor, *args, **kwargs)
            except MinshengError as refusal:
                if isinstance(refusal, NotYours):
                    note_refusal(Door.ROLE, visitor.at_ms, visitor.who)
                return _refused(visitor, refusal)

        return guarded

    return guard


def root_of(request: Request) -> str:
    """The relative way from a route to the app's own root: `../` for `/desk/materials`."""
    path: str = request.path
    return "../" * (path.count("/") - 1)


def seen_by(request: Request, root: str) -> Visit:
    """How a desk is looked at; never in another site's frame."""
    return replace(visit(request, root), framed=False)


def _read(request: Request) -> dict[str, list[str]]:
    """A form without a file: 64 KiB at most, and few fields, so that anybody's may be looked at."""
    return read_fields(request.headers.get("content-type", ""), caller.body(request))


def _visitor(request: Request, seen: Visit, role: Role, fields: Fields) -> Visitor | None:
    """The visitor, if their session is good and its key still opens this desk."""
    at_ms, token = caller.arrived_ms(request), session.token_of(request)
    found = sessions.read_session(token, at_ms, used=session.is_by_hand(request)) if token else None
    if token is None or found is None:
        return None
    try:
        holder = authenticate(found)
    except (KeyInvalid, TooManyRequests):
        return None
    if holder.role != role:
        return None
    named = (request.uri_params or {}).get("campaign")
    return Visitor(request, seen, holder, found, sessions.csrf_token(token), at_ms, fields, named)


def _admitted(visitor: Visitor, act: Act, *, uploads: bool) -> Visitor:
    """The visitor, if they may do this and mean it; of an association as the unit that it is in the address's campaign.
    Raises `NotYours` and `RoleNeeded`."""
    if visitor.holder.role == "secretariat" and not _is_sign_out(visitor):
        check(visitor.holder, act)
    if visitor.request.method == "POST":
        visitor = _who_means_it(visitor, uploads=uploads)
    if visitor.named is not None and visitor.holder.member is None:
        visitor = replace(visitor, holder=visitor.holder.at(visitor.named))
    return visitor


def _to_usual(visitor: Visitor) -> Response:
    """On to this page of the campaign that is usually meant. Raises `MalformedRequest` where something was sent."""
    if visitor.request.method == "POST":
        raise MalformedRequest("form_act")
    if visitor.usual is None:
        if visitor.holder.member is None:
            raise NotFound("no_campaign_yet")
        return visitor.go("new")
    path: str = visitor.request.path.format(**(visitor.request.uri_params or {}))
    asked = visitor.request.query_params
    query = urlencode([(name, value) for name in asked for value in asked.getlist(name)]) if asked else ""
    rest = path.strip("/").partition("/")[2]
    return door.go(visitor.seen, visitor.at(rest), query)


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
    known = {404: "unknown", 403: "forbidden", 409: "sealed", 410: "unknown", 412: "changed", 503: "busy"}
    kind = "forbidden" if isinstance(refusal, NotYours) else known.get(status, "malformed")
    say, fields = visitor.seen.language, refusal.errors if isinstance(refusal, FieldErrors) else ()
    detail = say("semicolon").join(say.why(refusal.subject, one) for one in fields)
    if isinstance(refusal, RoleNeeded):
        kind = "role"
        detail = say("d_role_needed", role=say(f"d_role_{refusal.needed}"))
    return visitor.page("desk/notice.html", status=status, kind=kind, detail=detail)
