"""Where mailed links lead: into `/desk`, asked for at `/desk/link` and opened at `/enter/{token}`; and out of a unit's
mails, at `/unsubscribe/{token}`."""

import re

from chalice.app import Request, Response

from chalicelib.access.usecases.refusals import Door, note_refusal
from chalicelib.associations.domain.contact import EMAIL, EMAIL_LENGTH
from chalicelib.kernel.errors import NotFound
from chalicelib.mail.domain.outgoing import MINUTE_MS
from chalicelib.mail.kinds import sign_in
from chalicelib.mail.usecases.unsubscribe import unit_of_token, unsubscribe
from chalicelib.web.desk import door
from chalicelib.web.desk.visitor import PRIVATE, seen_by
from chalicelib.web.rim import caller, session
from chalicelib.web.rim.addresses import at_one_address
from chalicelib.web.rim.form_reader import read_fields
from chalicelib.web.rim.problems import answered
from chalicelib.web.rim.render import NO_STORE, page


@at_one_address
@answered
def ask_for_link(request: Request) -> Response:
    """`POST /desk/link`: the same answer whether somebody is known by this address or not."""
    seen = seen_by(request, "../")
    fields = read_fields(request.headers.get("content-type", ""), caller.body(request))
    address = fields.get("email", [""])[-1].strip()
    wrong = {} if _is_address(address) else {"email": seen.language("d_wrong_email")}
    foreign = not session.is_sent_by_us(request)
    if foreign:
        note_refusal(Door.OTHER_SITE, caller.arrived_ms(request))
    if wrong or foreign:
        status = 403 if foreign else 422
        return page(
            "desk/ask_link.html", seen, status=status, cache=PRIVATE, typed=address, wrong=wrong, foreign=foreign
        )
    sign_in.ask_for_link(address, caller.arrived_ms(request))
    return page("desk/link_asked.html", seen, cache=PRIVATE, minutes=sign_in.LASTS_MS // MINUTE_MS)


@at_one_address
@answered
def enter(request: Request, token: str) -> Response:
    """`GET /enter/{token}` asks, since mail programs look at links by themselves, and which year is meant, where the
    association takes part in several; `POST` uses the link up."""
    seen, at_ms = seen_by(request, "../"), caller.arrived_ms(request)
    foreign = request.method == "POST" and not session.is_sent_by_us(request)
    if foreign:
        note_refusal(Door.OTHER_SITE, at_ms)
    if request.method != "POST" or foreign:
        years = sign_in.years_of(token, at_ms)
        status = 403 if foreign else 200 if years else 404
        return page("desk/enter.html", seen, status=status, cache=PRIVATE, token=token, years=years, foreign=foreign)
    years, opened = sign_in.years_of(token, at_ms), sign_in.enter(token, at_ms)
    if opened is None:
        note_refusal(Door.LINK, at_ms)
        return page("desk/enter.html", seen, status=404, cache=PRIVATE, token="", years=[], foreign=False)
    meant = read_fields(request.headers.get("content-type", ""), caller.body(request)).get("campaign", [""])[-1]
    response = door.go(seen, f"desk/{meant}" if any(one.id == meant for one in years) else "desk")
    response.headers["Set-Cookie"] = session.cookie(opened)
    return response


def _is_address(typed: str) -> bool:
    return len(typed) <= EMAIL_LENGTH and re.fullmatch(EMAIL, typed) is not None


@at_one_address
@answered
def unsubscribe_page(request: Request, token: str) -> Response:
    """`GET /unsubscribe/{token}` asks, since programs look at links by themselves; `POST` does it.

    Mail programs send the form themselves (RFC 8058): no session, no token but the address.
    """
    seen, done = seen_by(request, "../"), request.method == "POST"
    try:
        unit = unsubscribe(token, caller.arrived_ms(request)) if done else unit_of_token(token)
    except NotFound:
        return page("netizen/unsubscribe.html", seen, status=404, cache=NO_STORE, unit=None, done=False, token="")
    return page("netizen/unsubscribe.html", seen, cache=NO_STORE, unit=unit, done=done, token=token)
