"""The fund's gifts, and the same as a table."""

from typing import Any

from chalice.app import Response
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from chalicelib.access.domain.roles import Act
from chalicelib.gifts.divide_gifts import divide_gifts, repeated, set_gifts, table, view
from chalicelib.gifts.shares import MOST_GIFTS, MOST_KINDS, NAME_LENGTH, Gift
from chalicelib.kernel.errors import FieldError, NotFound, PreconditionFailed, RequestInvalid
from chalicelib.web.rim import caller
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.media import CSV, XLSX
from chalicelib.web.rim.operation import Versioned, operation
from chalicelib.web.rim.replies import Reply, reply_of
from chalicelib.web.rim.schemas import Line, Payload

_TABLES = {"gifts.csv": CSV, "gifts.xlsx": XLSX}


class GiftRequest(Payload):
    """Gifts of one kind: `floor` and `cap` are per unit."""

    name: Line = Field(min_length=1, max_length=NAME_LENGTH)
    quantity: int = Field(ge=0, le=MOST_GIFTS)
    floor: int = Field(default=0, ge=0, le=MOST_GIFTS)
    cap: int | None = Field(default=None, ge=0, le=MOST_GIFTS)

    @model_validator(mode="after")
    def _in_order(self) -> "GiftRequest":
        if self.cap is not None and self.cap < self.floor:
            raise PydanticCustomError("cap", "cap below floor")
        return self


class GiftsRequest(Payload):
    """`PUT /api/v1/gifts`: all that the fund gives."""

    gifts: list[GiftRequest] = Field(max_length=MOST_KINDS)


class GiftReply(Reply):
    """Gifts of one kind, how many are given away, and how many stay with the fund."""

    name: str
    quantity: int
    floor: int
    cap: int | None
    given: int
    left: int


class GiftsOfUnit(Reply):
    """What a unit gets, in the order of the gifts."""

    code: str
    name: str
    plan: int | None
    counts: list[int]


class GiftsReply(Reply):
    """What the fund gives, and who gets how many."""

    gifts: list[GiftReply]
    units: list[GiftsOfUnit]


@operation(
    "PUT",
    "/api/v1/gifts",
    who=Act.UNITS,
    takes=GiftsRequest,
    gives=GiftsReply,
    refuses=(PreconditionFailed,),
    query=("campaign",),
    changes=True,
)
def put_gifts(call: Call, wanted: GiftsRequest) -> Versioned[GiftsReply]:
    """Say what the fund gives."""
    gifts, campaign = _gifts(wanted), call.campaign.id
    set_gifts(campaign, gifts, call.arrived_ms, call.who, call.seen)
    return _body(campaign)


@operation("GET", "/api/v1/gifts", who=Act.LOOK, gives=GiftsReply, query=("campaign",))
def get_gifts(call: Call) -> Versioned[GiftsReply]:
    """The gifts, divided over the units by their plans."""
    return _body(call.campaign.id)


@operation("GET", "/api/v1/gifts/{name}", who=Act.LOOK, gives=CSV, query=("campaign",))
def get_gifts_table(call: Call, name: str) -> Response:
    """The same as a table: gifts.csv, gifts.xlsx."""
    if name not in _TABLES:
        raise NotFound("no_table", name=name)
    return caller.file(table(divide_gifts(call.campaign.id), name.rpartition(".")[2]), _TABLES[name], name)


def read_gifts(sent: dict[str, Any]) -> list[Gift]:
    """The gifts in a form. Raises `RequestInvalid`, also where two have one name."""
    return _gifts(caller.read_as(GiftsRequest, sent))


def _gifts(sent: GiftsRequest) -> list[Gift]:
    wanted = [Gift(**gift.model_dump()) for gift in sent.gifts]
    if twice := repeated(wanted):
        raise RequestInvalid([FieldError(f"/gifts/{place}/name", "gift_twice") for place in twice])
    return wanted


def _body(campaign: str) -> Versioned[GiftsReply]:
    division = divide_gifts(campaign)
    figures = zip(division.gifts, division.given(), division.left(), strict=True)
    body: GiftsReply = {
        "gifts": [reply_of(GiftReply, gift, given=given, left=left) for gift, given, left in figures],
        "units": [
            {"code": unit.code, "name": unit.name, "plan": unit.plan, "counts": counts}
            for unit, counts in division.lines
        ],
    }
    return Versioned(body, view(division.gifts))
