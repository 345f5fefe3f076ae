"""Figures as a workbook: `GET /api/v1/workbook.xlsx`."""

from chalice.app import Request, Response

from chalicelib.access.usecases.authenticate import authenticate
from chalicelib.kernel.errors import NotYours
from chalicelib.kernel.instants import shanghai
from chalicelib.mail.gateways.workbook import XLSX
from chalicelib.mail.usecases.make_workbook import make_workbook
from chalicelib.web.rim import caller
from chalicelib.web.rim.asked import asked_campaign
from chalicelib.web.rim.problems import answered


@answered
def workbook(request: Request) -> Response:
    """`GET /api/v1/workbook.xlsx`: a unit its own; the secretariat everything, of `?campaign=` or the current one."""
    holder, at_ms = authenticate(caller.key(request)), caller.arrived_ms(request)
    if holder.campaign is not None and caller.query(request, "campaign") not in {None, holder.campaign}:
        raise NotYours("workbook_of_others")
    campaign = holder.campaign or asked_campaign(request).id
    name = f"{campaign}-{holder.unit + '-' if holder.unit else ''}{shanghai(at_ms):%Y%m%d-%H%M}.xlsx"
    headers: dict[str, str | list[str]] = {
        "Content-Type": XLSX,
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return Response(make_workbook(campaign, holder.unit, at_ms), headers)
