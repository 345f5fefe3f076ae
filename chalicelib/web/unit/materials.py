"""Materials to download: for units the newest version of each, for the secretariat every one.

`…/desk/…/materials` is a unit's page of them.
"""

import re

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.access.store.keys import Holder
from chalicelib.access.usecases.authenticate import check
from chalicelib.kernel.errors import FieldError, LinkUnknown, RequestInvalid
from chalicelib.kernel.gateways.file_addresses import Elsewhere
from chalicelib.kernel.instants import rfc3339
from chalicelib.links.store import links
from chalicelib.links.usecases.issue_links import is_revoked
from chalicelib.materials import materials
from chalicelib.materials.material import MEDIA_TYPES, FileFormat, Material
from chalicelib.materials.read_material import Download, draw_poster, find_material, read_file, seen_by_units
from chalicelib.web.desk.visitor import Visitor, at_desk
from chalicelib.web.rim import caller, replies
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.link_body import own_link
from chalicelib.web.rim.operation import operation, unit_or

_TEXTS = {FileFormat.SVG, FileFormat.TEXT}
_ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""A file that is opened by itself is downloaded; what a browser showed all the same could run and fetch nothing."""


class MaterialReply(replies.Reply):
    """A material and its newest version."""

    id: str
    kind: str
    name: str
    withdrawn: bool
    version: int
    format: str
    bytes: int
    sha256: str
    since: str
    carries_code: bool


class Materials(replies.Reply):
    """Materials: for units those that aren't withdrawn."""

    materials: list[MaterialReply]


@operation("GET", "/api/v1/materials", who=unit_or(Act.LOOK), gives=Materials, query=("campaign",))
def get_materials(call: Call) -> Materials:
    """Posters, slogans, marks and mascots."""
    holder, campaign = _who(call)
    found = materials.of_campaign(campaign) if holder.member else seen_by_units(campaign)
    return {"materials": [material_body(material) for material in found]}


@operation(
    "GET",
    "/api/v1/materials/{material}/file",
    who=unit_or(Act.LOOK),
    gives="*/*",
    refuses=(RequestInvalid,),
    query=("campaign", "version"),
)
def get_material_file(call: Call, material_id: str) -> Response:
    """A material's file, as PNG, JPEG, SVG, PDF or text; older versions for the secretariat alone."""
    holder, campaign = _who(call)
    number = call.query("version")
    if number is not None and not re.fullmatch(r"[1-9][0-9]{0,3}", number):
        raise RequestInvalid([FieldError("/version", "version")])
    if number is not None:
        check(holder, Act.LOOK)
    material = find_material(campaign, material_id, for_unit=holder.member is None)
    return _handed_out(read_file(material, int(number) if number else None))


@operation(
    "GET",
    "/api/v1/materials/{material}/poster",
    who=unit_or(Act.LOOK),
    gives="*/*",
    refuses=(RequestInvalid,),
    query=("campaign", "link"),
)
def get_poster(call: Call, material_id: str) -> Response:
    """A poster with a link's code in its place, as PNG or PDF; larger ones are fetched elsewhere (303).

    For a unit the link is one of its own.
    """
    holder, campaign = _who(call)
    material = find_material(campaign, material_id, for_unit=holder.member is None)
    link = own_link(holder, call.query("link") or "")
    if link.campaign != campaign:
        raise LinkUnknown("link_of_campaign", link=link.code)
    return _handed_out(draw_poster(material, link.code))


def material_body(material: Material) -> MaterialReply:
    """A material as it is listed, with its newest version."""
    newest = material.newest
    return replies.reply_of(
        MaterialReply,
        newest,
        id=material.id,
        kind=material.kind,
        name=material.name,
        withdrawn=material.withdrawn,
        version=newest.number,
        since=rfc3339(newest.created_at),
        carries_code=newest.spot is not None,
    )


def _who(call: Call) -> tuple[Holder, str]:
    """Who asks, and whose campaign's materials they mean."""
    return call.holder, call.holder.campaign or call.campaign.id


def _handed_out(download: Download) -> Response:
    if isinstance(download.content, Elsewhere):
        return caller.see_other(download.content.address)
    return caller.file(
        # Bytes pass only under a binary type; these are none.
        download.content.decode() if download.format in _TEXTS else download.content,
        MEDIA_TYPES[download.format],
        download.name,
        Content_Security_Policy=_ALONE,
        Cache_Control="private, no-cache",
    )


@at_desk("unit")
def unit_materials_desk(visitor: Visitor) -> Response:
    """`GET /desk/{campaign}/materials`"""
    campaign, unit = visitor.holder.campaign or "", visitor.holder.unit or ""
    usable = [link for link in links.of_unit(campaign, unit) if not is_revoked(link)]
    return visitor.page("unit/unit_materials.html", materials=seen_by_units(campaign), own_links=usable)
