"""`…/gifts`: what the fund gives, and who gets how many."""

from itertools import zip_longest

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.gifts.divide_gifts import divide_gifts, set_gifts, view
from chalicelib.gifts.shares import MOST_KINDS
from chalicelib.kernel.errors import FieldErrors
from chalicelib.web.desk.desk_form import number
from chalicelib.web.desk.visitor import Visitor, at_desk
from chalicelib.web.secretariat.api.gifts import read_gifts

FIELDS = ("name", "quantity", "floor", "cap")
_BLANK = 2
"""Empty lines behind the gifts that are there."""
Line = dict[str, str]


@at_desk("secretariat", Act.UNITS)
def gifts_desk(visitor: Visitor) -> Response:
    """`GET …/gifts`, `POST …/gifts`"""
    campaign = visitor.campaign.id
    if visitor.request.method != "POST":
        return _gifts(visitor, campaign, None, set())
    typed = [line for line in _typed(visitor) if line["name"]]
    try:
        wanted = read_gifts({"gifts": [_numbers(line) for line in typed]})
    except FieldErrors as refusal:
        places = {pointer[2] for error in refusal.errors if len(pointer := error.pointer.split("/")) > 2}
        return _gifts(visitor, campaign, typed, {int(place) for place in places})
    set_gifts(campaign, wanted, visitor.at_ms, visitor.who, visitor.last_seen)
    return visitor.go("gifts")


def _gifts(visitor: Visitor, campaign: str, typed: list[Line] | None, wrong: set[int]) -> Response:
    division = divide_gifts(campaign)
    stored = [{name: _shown(getattr(gift, name)) for name in FIELDS} for gift in division.gifts]
    lines = stored if typed is None else typed
    blank = dict.fromkeys(FIELDS, "")
    return visitor.page(
        "secretariat/gifts.html",
        status=200 if typed is None else 422,
        division=division,
        shown_version=visitor.version("gifts", view(division.gifts)),
        lines=[*lines, *[blank] * min(_BLANK, MOST_KINDS - len(lines))],
        fields=FIELDS,
        wrong={f"name-{place + 1}": visitor.seen.language("d_wrong_gift") for place in sorted(wrong)},
    )


def _typed(visitor: Visitor) -> list[Line]:
    columns = [[value.strip() for value in visitor.fields.get(name, [])] for name in FIELDS]
    return [dict(zip(FIELDS, line, strict=True)) for line in zip_longest(*columns, fillvalue="")]


def _numbers(line: Line) -> dict[str, object]:
    """A line as the API takes it; what is no number is refused there."""
    read = {name: number(line[name]) for name in FIELDS[1:]}
    return {"name": line["name"], "floor": 0, **{name: value for name, value in read.items() if value is not None}}


def _shown(value: object) -> str:
    return "" if value is None else str(value)
