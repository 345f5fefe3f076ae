"""`/desk/materials`: a unit browses and downloads materials."""

from chalice.app import Response

from chalicelib.links.store import links
from chalicelib.links.usecases.issue_links import is_revoked
from chalicelib.materials.read_material import seen_by_units
from chalicelib.web.desk.visitor import Visitor, at_desk


@at_desk("unit", "../")
def unit_materials_desk(visitor: Visitor) -> Response:
    """`GET /desk/materials`"""
    campaign, unit = visitor.holder.campaign or "", visitor.holder.unit or ""
    usable = [link for link in links.of_unit(campaign, unit) if not is_revoked(link)]
    return visitor.page("unit/unit_materials.html", materials=seen_by_units(campaign), own_links=usable)
