"""`/unsubscribe/{token}`: where a unit's mails lead to whoever wants no more of them. Mail programs send the form
themselves (RFC 8058): no session, no token but the address."""

from chalice.app import Request, Response

from chalicelib.kernel.errors import NotFound
from chalicelib.mail.usecases.unsubscribe import unit_of_token, unsubscribe
from chalicelib.web.desk.visitor import seen_by
from chalicelib.web.rim import caller
from chalicelib.web.rim.addresses import at_one_address
from chalicelib.web.rim.problems import answered
from chalicelib.web.rim.render import NO_STORE, page


@at_one_address
@answered
def unsubscribe_page(request: Request, token: str) -> Response:
    """`GET /unsubscribe/{token}` asks, since programs look at links by themselves; `POST` does it."""
    seen, done = seen_by(request, "../"), request.method == "POST"
    try:
        unit = unsubscribe(token, caller.arrived_ms(request)) if done else unit_of_token(token)
    except NotFound:
        return page("netizen/unsubscribe.html", seen, status=404, cache=NO_STORE, unit=None, done=False, token="")
    return page("netizen/unsubscribe.html", seen, cache=NO_STORE, unit=unit, done=done, token=token)
