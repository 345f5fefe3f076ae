"""Figures as a workbook."""

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.kernel.errors import NotYours
from chalicelib.kernel.instants import shanghai
from chalicelib.mail.usecases.digest_workbook import make_workbook
from chalicelib.web.rim import caller
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.media import XLSX
from chalicelib.web.rim.operation import operation, unit_or


@operation("GET", "/api/v1/workbook.xlsx", who=unit_or(Act.LOOK), gives=XLSX, query=("campaign",))
def workbook(call: Call) -> Response:
    """The figures of this moment as a workbook: a unit's own, or for the secretariat everything."""
    holder = call.holder
    if holder.campaign is not None and call.query("campaign") not in {None, holder.campaign}:
        raise NotYours("workbook_of_others")
    campaign = holder.campaign or call.campaign.id
    name = f"{campaign}-{holder.unit + '-' if holder.unit else ''}{shanghai(call.arrived_ms):%Y%m%d-%H%M}.xlsx"
    return caller.file(make_workbook(campaign, holder.unit, call.arrived_ms), XLSX, name)
