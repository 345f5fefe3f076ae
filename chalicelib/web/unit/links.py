"""The units' routes to their links and codes."""

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.associations.store import units
from chalicelib.campaigns import campaigns
from chalicelib.kernel.errors import FieldError, LinkUnknown, PreconditionFailed, RequestInvalid
from chalicelib.links.gateways import qr
from chalicelib.links.store import links
from chalicelib.links.usecases import issue_links
from chalicelib.links.usecases.make_kit import make_sheet
from chalicelib.web.rim import caller, media
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.link_body import link_body, own_link
from chalicelib.web.rim.operation import UNIT, Versioned, operation, unit_or
from chalicelib.web.rim.replies import LinkReply, Links
from chalicelib.web.rim.schemas import LabelRequest

_PNG_SCALES = range(1, 41)


@operation("GET", "/api/v1/links", who=UNIT, gives=Links, query=("campaign",))
def own_links(call: Call) -> Links:
    """The unit's own links."""
    return {"links": [link_body(link) for link in links.of_unit(*call.unit)]}


@operation(
    "PATCH",
    "/api/v1/links/{code}",
    who=unit_or(Act.LINKS),
    takes=LabelRequest,
    gives=LinkReply,
    refuses=(LinkUnknown, PreconditionFailed),
)
def label_link(call: Call, wanted: LabelRequest, code: str) -> Versioned[LinkReply]:
    """Name a link's collecting point.

    A unit does so with its own, the secretariat with any.
    """
    own_link(call.holder, code)
    link = issue_links.label_link(code, wanted.label, call.arrived_ms, call.who, call.seen)
    return Versioned(link_body(link), link.label)


@operation("GET", "/api/v1/links/{code}", who=unit_or(Act.LOOK), gives=LinkReply, refuses=(LinkUnknown,))
def get_link(call: Call, code: str) -> Versioned[LinkReply]:
    """A link."""
    link = own_link(call.holder, code)
    return Versioned(link_body(link), link.label)


@operation("GET", "/api/v1/links/{code}/qr.svg", who=unit_or(Act.LOOK), gives="image/svg+xml", refuses=(LinkUnknown,))
def qr_svg(call: Call, code: str) -> Response:
    """A link's code."""
    link = own_link(call.holder, code)
    headers: dict[str, str | list[str]] = {"Content-Type": "image/svg+xml", "Cache-Control": "private, max-age=300"}
    return Response(qr.svg(link.code, units.read(link.campaign, link.unit).name), headers)


@operation("GET", "/api/v1/links/{code}/sheet.pdf", who=unit_or(Act.LOOK), gives=media.PDF, refuses=(LinkUnknown,))
def sheet_pdf(call: Call, code: str) -> Response:
    """A link's sheet, to be printed and put up: A4, with title, code, unit, collecting point and dates."""
    link = own_link(call.holder, code)
    sheet = make_sheet(link, units.read(link.campaign, link.unit), campaigns.read(link.campaign))
    return caller.file(sheet, media.PDF, f"{link.code}.pdf")


@operation(
    "GET",
    "/api/v1/links/{code}/qr.png",
    who=unit_or(Act.LOOK),
    gives="image/png",
    refuses=(LinkUnknown, RequestInvalid),
    query=("scale",),
)
def qr_png(call: Call, code: str) -> Response:
    """A link's code.

    `scale` are the pixels to a module.
    """
    link = own_link(call.holder, code)
    scale = call.query("scale") or "10"
    if not scale.isdecimal() or int(scale) not in _PNG_SCALES:
        raise RequestInvalid([FieldError("/scale", "scale")])
    headers: dict[str, str | list[str]] = {"Content-Type": "image/png", "Cache-Control": "private, max-age=300"}
    return Response(qr.png(link.code, int(scale)), headers)
