"""What a unit takes along as a file: its kit, and its figures as a workbook."""

import re

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.associations.usecases.find_code import code_in
from chalicelib.kernel.errors import FieldError, NotYours, RequestInvalid
from chalicelib.kernel.instants import shanghai
from chalicelib.links.usecases.make_kit import make_kit
from chalicelib.mail.usecases.digest_workbook import make_workbook
from chalicelib.web.rim import caller
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.media import XLSX
from chalicelib.web.rim.operation import operation, unit_or


@operation(
    "GET",
    "/api/v1/kit.zip",
    who=unit_or(Act.LOOK),
    gives="application/zip",
    refuses=(RequestInvalid,),
    query=("page", "unit", "campaign"),
)
def kit(call: Call) -> Response:
    """Everything to hand out; more than 200 links come in pages, see the Link header.

    A unit gets its own, the secretariat that of `unit`.
    """
    campaign, unit = _whose(call)
    page = _page(call)
    made = make_kit(campaign, unit, page)
    response = caller.file(made.file, "application/zip", f"kit-{unit}{f'-{page}' if page > 1 else ''}.zip")
    if page < made.pages:
        named = f"unit={unit}&campaign={campaign}&" if call.query("unit") else ""
        response.headers["Link"] = f'<kit.zip?{named}page={page + 1}>; rel="next"'
    return response


def _whose(call: Call) -> tuple[str, str]:
    """Campaign and code of the unit that is meant. Raises `NotYours` and `RequestInvalid`."""
    holder, asked = call.holder, call.query("unit")
    if holder.campaign is not None and holder.unit is not None:
        if asked not in {None, holder.unit, *holder.taking_part.values()}:
            raise NotYours("kit_of_others")
        return holder.campaign, holder.unit
    if not asked:
        raise RequestInvalid([FieldError("/unit", "kit_unit")])
    campaign = call.campaign.id
    return campaign, code_in(campaign, asked)


def _page(call: Call) -> int:
    asked = call.query("page") or "1"
    if not re.fullmatch(r"[1-9][0-9]{0,2}", asked):
        raise RequestInvalid([FieldError("/page", "kit_page")])
    return int(asked)


@operation("GET", "/api/v1/workbook.xlsx", who=unit_or(Act.LOOK), gives=XLSX, query=("campaign",))
def workbook(call: Call) -> Response:
    """The figures of this moment as a workbook: a unit's own, or for the secretariat everything."""
    holder = call.holder
    campaign = holder.campaign or call.campaign.id
    name = f"{campaign}-{holder.unit + '-' if holder.unit else ''}{shanghai(call.arrived_ms):%Y%m%d-%H%M}.xlsx"
    return caller.file(make_workbook(campaign, holder.unit, call.arrived_ms), XLSX, name)
