"""Signing in and out: a form that takes a key and starts a session."""

import re

from chalice.app import Request, Response

from chalicelib.access.domain.session import Session
from chalicelib.access.store.keys import Holder, Role
from chalicelib.access.usecases import sessions
from chalicelib.access.usecases.refusals import Door, note_refusal
from chalicelib.kernel.errors import KeyInvalid, TooManyRequests
from chalicelib.kernel.settings import settings
from chalicelib.web.rim import caller, session
from chalicelib.web.rim.call import in_usual
from chalicelib.web.rim.form_reader import Fields
from chalicelib.web.rim.render import Visit, page

DESKS: dict[str, str] = {"unit": "desk", "secretariat": "secretariat"}
_OURS = re.compile(r"(desk|secretariat|exports)(/[0-9A-Za-z][0-9A-Za-z._-]*)*")
"""Where a sign-in may lead: a page of a desk, never another site."""


def ask(
    request: Request,
    seen: Visit,
    role: Role,
    *,
    wrong: bool = False,
    foreign: bool = False,
    after: str = "",
    tired_s: int = 0,
) -> Response:
    """The form that asks for a key: with a session that has ended, or that is of the other role, it says so.

    `tired_s` says how long a key that was wrong too often isn't looked at any more; `foreign`, that another site sent
    one.
    """
    context = {
        "role": role,
        "door": DESKS[role],
        "after": after or _path(request),
        "wrong": wrong,
        "tired_s": tired_s,
        "foreign": foreign,
        "ended": not (wrong or foreign or tired_s) and session.token_of(request) is not None,
        "insecure": not session.is_local() and not settings().is_encrypted,
    }
    status = 429 if tired_s else 401 if wrong else 403 if foreign else 200
    response = page("desk/sign_in.html", seen, status=status, cache="private, no-store", **context)
    if tired_s:
        response.headers["Retry-After"] = str(tired_s)
    return response


def sign_in(request: Request, seen: Visit, role: Role, fields: Fields) -> Response:
    """Opens a session, and leads to where its holder belongs; a wrong key is asked for again (401).

    Another site can't sign somebody in (403): browsers say where a form comes from.
    """
    after = fields.get("after", [""])[-1]
    after, at_ms = after if _OURS.fullmatch(after) else DESKS[role], caller.arrived_ms(request)
    if not session.is_sent_by_us(request):
        note_refusal(Door.OTHER_SITE, at_ms)
        return ask(request, seen, role, foreign=True, after=after)
    try:
        token, holder = sessions.sign_in(
            fields["key"][-1].strip(), at_ms, lambda holder: sessions.signing_in(in_usual(holder, at_ms), at_ms)
        )
    except KeyInvalid:
        note_refusal(Door.DESK, at_ms)
        return ask(request, seen, role, wrong=True, after=after)
    except TooManyRequests as refusal:
        note_refusal(Door.DESK, at_ms)
        return ask(request, seen, role, after=after, tired_s=refusal.retry_after_s)
    response = go(seen, after if holder.role == role else DESKS[holder.role])
    response.headers["Set-Cookie"] = session.cookie(token)
    return response


def sign_out(seen: Visit, found: Session, holder: Holder, at_ms: int) -> Response:
    """Ends the session, wherever its cookie may have been copied to; rotating the key ends all that it opened."""
    sessions.sign_out(found, holder if holder.campaign else in_usual(holder, at_ms), at_ms)
    response = go(seen, DESKS[holder.role])
    response.headers["Set-Cookie"] = session.cookie("", 0)
    return response


def go(seen: Visit, path: str, query: str = "") -> Response:
    """On to a page of ours, by GET (303); `path` is relative to the app's root and may end in `#place`."""
    path, mark, place = path.partition("#")
    headers: dict[str, str | list[str]] = {
        "Location": f"{seen.root}{path}{f'?{query}' if query else seen.keep()}{mark}{place}",
        "Cache-Control": "private, no-store",
    }
    return Response("", headers, 303)


def _path(request: Request) -> str:
    """The page that was asked for, relative to the root."""
    asked: str = request.path.format(**(request.uri_params or {}))
    return asked.strip("/")
