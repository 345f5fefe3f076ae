"""The units' routes to their links and codes."""

from chalice.app import Request, Response

from chalicelib.access.domain.roles import Act
from chalicelib.access.usecases.authenticate import authenticate, check, unit_of
from chalicelib.kernel.errors import FieldError, RequestInvalid
from chalicelib.links.gateways import qr
from chalicelib.links.store import links
from chalicelib.links.usecases import issue_links
from chalicelib.web.rim import caller
from chalicelib.web.rim.link_body import link_body, own_link
from chalicelib.web.rim.problems import answered
from chalicelib.web.rim.schemas import LabelRequest

_PNG_SCALES = range(1, 41)


@answered
def own_links(request: Request) -> Response:
    """`GET /api/v1/links`"""
    campaign, unit = unit_of(caller.key(request))
    return caller.reply({"links": [link_body(link) for link in links.of_unit(campaign, unit)]})


@answered
def label_link(request: Request, code: str) -> Response:
    """`PATCH /api/v1/links/{code}`: a unit its own, the secretariat any."""
    who = authenticate(caller.key(request))
    if who.member is not None:
        check(who, Act.LINKS)
    own_link(who, code)
    label = caller.read_as(LabelRequest, caller.json_object(request)).label
    return caller.reply(link_body(issue_links.label_link(code, label, caller.arrived_ms(request), who.who)))


@answered
def qr_svg(request: Request, code: str) -> Response:
    """`GET /api/v1/links/{code}/qr.svg`"""
    link = own_link(authenticate(caller.key(request)), code)
    headers: dict[str, str | list[str]] = {"Content-Type": "image/svg+xml", "Cache-Control": "private, max-age=300"}
    return Response(qr.svg(link.code, issue_links.caption(link)), headers)


@answered
def qr_png(request: Request, code: str) -> Response:
    """`GET /api/v1/links/{code}/qr.png?scale=10`: pixels to a module."""
    link = own_link(authenticate(caller.key(request)), code)
    scale = caller.query(request, "scale") or "10"
    if not scale.isdecimal() or int(scale) not in _PNG_SCALES:
        raise RequestInvalid([FieldError("/scale", "scale")])
    headers: dict[str, str | list[str]] = {"Content-Type": "image/png", "Cache-Control": "private, max-age=300"}
    return Response(qr.png(link.code, int(scale)), headers)
