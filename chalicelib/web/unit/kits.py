"""A unit's kit: `GET /api/v1/kit.zip`."""

import re

from chalice.app import Request, Response

from chalicelib.access.usecases.authenticate import authenticate
from chalicelib.kernel.errors import FieldError, NotYours, RequestInvalid
from chalicelib.links.usecases.make_kit import make_kit
from chalicelib.web.rim import caller
from chalicelib.web.rim.asked import asked_campaign
from chalicelib.web.rim.problems import answered


@answered
def kit(request: Request) -> Response:
    """`GET /api/v1/kit.zip?page=1`: a unit its own; the secretariat that of `?unit=`."""
    campaign, unit = _whose(request)
    page = _page(request)
    made = make_kit(campaign, unit, page)
    headers: dict[str, str | list[str]] = {
        "Content-Type": "application/zip",
        "Content-Disposition": f'attachment; filename="kit-{unit}{f"-{page}" if page > 1 else ""}.zip"',
        "Cache-Control": "private, no-store",
    }
    if page < made.pages:
        named = f"unit={unit}&campaign={campaign}&" if caller.query(request, "unit") else ""
        headers["Link"] = f'<kit.zip?{named}page={page + 1}>; rel="next"'
    return Response(made.file, headers)


def _whose(request: Request) -> tuple[str, str]:
    """Campaign and code of the unit that is meant. Raises `KeyInvalid`, `NotYours` and `RequestInvalid`."""
    holder = authenticate(caller.key(request))
    asked = caller.query(request, "unit")
    if holder.campaign is not None and holder.unit is not None:
        named = caller.query(request, "campaign")
        if asked not in {None, holder.unit} or named not in {None, holder.campaign}:
            raise NotYours("kit_of_others")
        return holder.campaign, holder.unit
    if not asked:
        raise RequestInvalid([FieldError("/unit", "kit_unit")])
    return asked_campaign(request).id, asked


def _page(request: Request) -> int:
    asked = caller.query(request, "page") or "1"
    if not re.fullmatch(r"[1-9][0-9]{0,2}", asked):
        raise RequestInvalid([FieldError("/page", "kit_page")])
    return int(asked)
