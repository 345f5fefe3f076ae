"""What is published of a survey: as programs read it."""

from collections.abc import Iterator
from typing import Any, Literal

from chalicelib.kernel.errors import FieldError, NotFound, RequestInvalid
from chalicelib.kernel.instants import rfc3339
from chalicelib.results.domain.count_sql import GROUPINGS
from chalicelib.results.domain.protection import protection
from chalicelib.results.domain.thresholds import NATION
from chalicelib.results.usecases.item_labels import asked_items, labels_of
from chalicelib.results.usecases.prepare_tables import EVERYBODY
from chalicelib.results.usecases.published import MOST_AREAS, of_year, read_cells, years
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.operation import ANYBODY, operation
from chalicelib.web.rim.replies import Reply, reply_of

NOTES = ("self_selected", "noise", "weights", "no_interval")


class ResultYear(Reply):
    """A year's tables."""

    year: int
    campaign: str
    title: str
    collected: int
    valid: int
    published_at: str
    manifest_sha256: str


class ResultYears(Reply):
    """What is published; `areas` in one reply at most; the rules of protection, as data with a version."""

    years: list[ResultYear]
    limits: dict[str, int]
    protection: dict[str, Any]


class ResultItem(Reply):
    """A question, or a row of one; a scale's points have no labels."""

    item: str
    label: str
    options: dict[str, str]


class ResultItems(Reply):
    """What there are tables of."""

    year: int
    edition: str
    items: list[ResultItem]
    by: list[str]


class ResultCell(Reply):
    """An option's figures in an area and group; `few`: not shown, for too few people or too much alike.

    `n` carries noise, `base` is rounded to tens; shares in per cent, `weighted` to the population's margins.
    """

    area: str
    group: str | None
    option: str | None
    n: int | None
    base: int | None
    share: float | None
    weighted: float | None
    status: Literal["ok", "few"]


class ResultTable(Reply):
    """A table's cells in the areas asked for; never cut without a word: too many areas are refused."""

    year: int
    campaign: str
    edition: str
    item: str
    label: str
    options: dict[str, str]
    cells: list[ResultCell]
    notes: list[str]
    limits: dict[str, int]


@operation("GET", "/api/v1/results", who=ANYBODY, gives=ResultYears)
def get_results(call: Call) -> ResultYears:  # noqa: ARG001 - anybody is told the same
    """The years of which results are published, newest first."""
    rules = protection().model_dump(mode="json")
    listed = [reply_of(ResultYear, one, published_at=rfc3339(one.published_at)) for one in years()]
    return {"years": listed, "limits": {"areas": MOST_AREAS}, "protection": rules}


@operation(
    "GET", "/api/v1/results/items", who=ANYBODY, gives=ResultItems, query=("year", "edition"), refuses=(NotFound,)
)
def get_result_items(call: Call) -> ResultItems:
    """The items of a year, else of the newest; of the public edition unless another is named."""
    of, edition = of_year(call.query("year")), call.query("edition") or "public"
    known = labels_of(of, edition, call.language)
    listed: list[ResultItem] = [
        {"item": item, "label": known[item].label, "options": known[item].options} for item in asked_items(of, edition)
    ]
    return {"year": of.year, "edition": edition, "items": listed, "by": [EVERYBODY, *GROUPINGS]}


@operation(
    "GET",
    "/api/v1/results/{year}/{edition}/{item}",
    who=ANYBODY,
    gives=ResultTable,
    query=("area", "by"),
    refuses=(NotFound, RequestInvalid),
)
def get_result_table(call: Call, year: str, edition: str, item: str) -> ResultTable:
    """A table.

    `area`: codes joined by commas: `00` the nation (the default), two digits a province, four a city, of residence.
    `by`: `all` (the default), or a grouping.
    """
    return read_table(call, year, edition, item)


def areas_of(call: Call) -> list[str]:
    """The areas that a call asks for. Raises `RequestInvalid` for too many."""
    areas = (call.query("area") or NATION).split(",")
    if len(areas) > MOST_AREAS:
        raise RequestInvalid([FieldError("/area", "areas_too_many", most=MOST_AREAS)])
    return areas


def read_table(call: Call, year: str, edition: str, item: str) -> ResultTable:
    """The table that a call names. Raises `NotFound`, and `RequestInvalid` for too many areas."""
    of, areas = of_year(year), areas_of(call)
    known = labels_of(of, edition, call.language).get(item)
    if known is None:
        raise NotFound("no_item", item=item[:40], edition=edition[:40])
    cells = read_cells(of, edition, item, areas, call.query("by") or EVERYBODY)
    return {
        "year": of.year,
        "campaign": of.campaign,
        "edition": edition,
        "item": item,
        "label": known.label,
        "options": known.options,
        "cells": [one for cell in cells for one in _flat(cell)],
        "notes": list(NOTES),
        "limits": {"areas": MOST_AREAS},
    }


def _flat(cell: dict[str, Any]) -> Iterator[ResultCell]:
    """A line for each option, or one that says why there is none."""
    where = {name: cell[name] for name in ("area", "group", "status")}
    if cell["status"] != "ok":
        none = dict.fromkeys(("option", "n", "base", "share", "weighted"))
        yield reply_of(ResultCell, where | none)
    for option, shown in cell.get("options", {}).items():
        yield reply_of(ResultCell, where | shown | {"option": option, "base": cell["base"]})
