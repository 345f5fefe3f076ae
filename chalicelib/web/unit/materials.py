"""Materials to download: for units the newest version of each, for the secretariat every one."""

import re
from typing import Any

from chalice.app import Request, Response

from chalicelib.access.domain.roles import Act
from chalicelib.access.store.keys import Holder
from chalicelib.access.usecases.authenticate import authenticate, check
from chalicelib.kernel.errors import FieldError, LinkUnknown, RequestInvalid
from chalicelib.kernel.gateways.file_addresses import Elsewhere
from chalicelib.kernel.instants import rfc3339
from chalicelib.materials import materials
from chalicelib.materials.material import MEDIA_TYPES, Format, Material
from chalicelib.materials.read_material import Download, draw_poster, find_material, read_file, seen_by_units
from chalicelib.web.rim import caller
from chalicelib.web.rim.asked import asked_campaign
from chalicelib.web.rim.link_body import own_link
from chalicelib.web.rim.problems import answered

_TEXTS = {Format.SVG, Format.TEXT}
_ALONE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""Whoever opens a file by itself gets a download; what a browser showed all the same could run and fetch nothing."""


@answered
def get_materials(request: Request) -> Response:
    """`GET /api/v1/materials`"""
    holder, campaign = _who(request)
    found = materials.of_campaign(campaign) if holder.member else seen_by_units(campaign)
    return caller.reply({"materials": [material_body(material) for material in found]})


@answered
def get_material_file(request: Request, material_id: str) -> Response:
    """`GET /api/v1/materials/{id}/file?version=`: an older one for the secretariat alone."""
    holder, campaign = _who(request)
    number = caller.query(request, "version")
    if number is not None and not re.fullmatch(r"[1-9][0-9]{0,3}", number):
        raise RequestInvalid([FieldError("/version", "version")])
    if number is not None:
        check(holder, Act.LOOK)
    material = find_material(campaign, material_id, for_unit=holder.member is None)
    return _handed_out(read_file(material, int(number) if number else None))


@answered
def get_poster(request: Request, material_id: str) -> Response:
    """`GET /api/v1/materials/{id}/poster?link=`: the poster with that link's code; for a unit one of its own."""
    holder, campaign = _who(request)
    material = find_material(campaign, material_id, for_unit=holder.member is None)
    link = own_link(holder, caller.query(request, "link") or "")
    if link.campaign != campaign:
        raise LinkUnknown("link_of_campaign", link=link.code)
    return _handed_out(draw_poster(material, link.code))


def material_body(material: Material) -> dict[str, Any]:
    """A material as it is listed, with its newest version."""
    newest = material.newest
    return {
        "id": material.id,
        "kind": material.kind,
        "name": material.name,
        "withdrawn": material.withdrawn,
        "version": newest.number,
        "format": newest.format,
        "bytes": newest.bytes,
        "sha256": newest.sha256,
        "since": rfc3339(newest.created_at),
        "carries_code": newest.spot is not None,
    }


def _who(request: Request) -> tuple[Holder, str]:
    """Who asks, and whose campaign's materials they mean."""
    holder = authenticate(caller.key(request))
    return holder, holder.campaign or asked_campaign(request).id


def _handed_out(download: Download) -> Response:
    if isinstance(download.content, Elsewhere):
        return Response("", {"Location": download.content.address, "Cache-Control": "no-store"}, 303)
    headers: dict[str, str | list[str]] = {
        "Content-Type": MEDIA_TYPES[download.format],
        "Content-Disposition": f'attachment; filename="{download.name}"',
        "Content-Security-Policy": _ALONE,
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-cache",
    }
    # Bytes pass only under a binary type; these are none.
    is_text = download.format in _TEXTS
    return Response(download.content.decode() if is_text else download.content, headers)
