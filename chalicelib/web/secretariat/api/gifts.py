"""The fund's gifts: `/api/v1/gifts`, and the same as a table."""

from typing import Any

from chalice.app import Request, Response

from chalicelib.access.domain.roles import Act
from chalicelib.access.usecases.authenticate import secretariat
from chalicelib.gifts.divide_gifts import divide_gifts, repeated, set_gifts, table
from chalicelib.gifts.shares import Gift
from chalicelib.kernel.errors import FieldError, NotFound, RequestInvalid
from chalicelib.web.rim import caller
from chalicelib.web.rim.asked import asked_campaign
from chalicelib.web.rim.media import CSV, XLSX
from chalicelib.web.rim.problems import answered
from chalicelib.web.rim.schemas import GiftsRequest

_TABLES = {"gifts.csv": CSV, "gifts.xlsx": XLSX}


@answered
def put_gifts(request: Request) -> Response:
    """`PUT /api/v1/gifts`"""
    member = secretariat(caller.key(request), Act.UNITS)
    wanted = read_gifts(caller.json_object(request))
    campaign = asked_campaign(request).id
    set_gifts(campaign, wanted, caller.arrived_ms(request), member.who)
    return caller.reply(_body(campaign))


@answered
def get_gifts(request: Request) -> Response:
    """`GET /api/v1/gifts`"""
    secretariat(caller.key(request), Act.LOOK)
    return caller.reply(_body(asked_campaign(request).id))


@answered
def get_gifts_table(request: Request, name: str) -> Response:
    """`GET /api/v1/gifts/{name}`: `gifts.csv`, `gifts.xlsx`"""
    secretariat(caller.key(request), Act.LOOK)
    if name not in _TABLES:
        raise NotFound("no_table", name=name)
    content = table(divide_gifts(asked_campaign(request).id), name.rpartition(".")[2])
    headers: dict[str, str | list[str]] = {
        "Content-Type": _TABLES[name],
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return Response(content, headers)


def read_gifts(sent: dict[str, Any]) -> list[Gift]:
    """The gifts in a request. Raises `RequestInvalid`, also where two have one name."""
    wanted = [Gift(**gift.model_dump()) for gift in caller.read_as(GiftsRequest, sent).gifts]
    if twice := repeated(wanted):
        raise RequestInvalid([FieldError(f"/gifts/{place}/name", "gift_twice") for place in twice])
    return wanted


def _body(campaign: str) -> dict[str, Any]:
    division = divide_gifts(campaign)
    figures = zip(division.gifts, division.given(), division.left(), strict=True)
    return {
        "gifts": [gift.model_dump() | {"given": given, "left": left} for gift, given, left in figures],
        "units": [
            {"code": unit.code, "name": unit.name, "plan": unit.plan, "counts": counts}
            for unit, counts in division.lines
        ],
    }
