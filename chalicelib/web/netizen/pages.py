"""The netizens' pages: home, a link's questionnaire, and the form without scripts."""

from chalice.app import Request, Response

from chalicelib.web.netizen import home as homes
from chalicelib.web.netizen import link_page, plain_form
from chalicelib.web.rim import caller
from chalicelib.web.rim.addresses import at_one_address
from chalicelib.web.rim.problems import answered


@answered
def home(request: Request) -> Response:
    """`GET /`"""
    return homes.show_home(_query(request), _headers(request), caller.arrived_ms(request))


@answered
@at_one_address
def privacy(request: Request) -> Response:
    """`GET /privacy`"""
    return homes.show_privacy(_query(request), _headers(request))


@answered
@at_one_address
def link(request: Request, code: str) -> Response:
    """`GET /s/{code}`"""
    return link_page.show_link(code, _query(request), _headers(request), caller.arrived_ms(request))


@answered
@at_one_address
def form(request: Request, code: str) -> Response:
    """`GET /s/{code}/form`"""
    return plain_form.show_form(code, _query(request), _headers(request), caller.arrived_ms(request))


@answered
@at_one_address
def take_form(request: Request, code: str) -> Response:
    """`POST /s/{code}/form`"""
    arrived, body = caller.arrived_ms(request), caller.body(request)
    return plain_form.take_form(code, _query(request), _headers(request), body, arrived)


def _query(request: Request) -> dict[str, str]:
    """The query's parameters; the last one where one is repeated."""
    return {name: request.query_params[name] for name in request.query_params} if request.query_params else {}


def _headers(request: Request) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}
