"""The index of a published survey: as programs and as people read it."""

from typing import Any

from chalice.app import Request, Response

from chalicelib.instrument.questionnaires import regions
from chalicelib.kernel.errors import NotFound, RequestInvalid
from chalicelib.kernel.wording import words
from chalicelib.results.domain.index import definition
from chalicelib.results.domain.thresholds import NATION
from chalicelib.results.usecases.prepare_tables import EVERYBODY
from chalicelib.results.usecases.published import MOST_AREAS, of_year, read_index
from chalicelib.web.public.results import NOTES, areas_of
from chalicelib.web.rim import caller
from chalicelib.web.rim.addresses import at_one_address
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.operation import ANYBODY, operation
from chalicelib.web.rim.problems import answered
from chalicelib.web.rim.render import page, visit
from chalicelib.web.rim.replies import Reply, reply_of


class IndexCell(Reply):
    """The index of an area and group, 0 to 100; null where too few items have figures that are shown.

    `areas`: what its parts come to; `sensitivity`: what the same answers would come to on other scales.
    """

    area: str
    group: str | None
    value: float | None
    areas: dict[str, float | None]
    sensitivity: dict[str, float | None]


class ResultIndex(Reply):
    """The index by its frozen definition: the version, and the SHA-256 of its file."""

    year: int
    campaign: str
    version: int
    sha256: str
    labels: dict[str, str]
    cells: list[IndexCell]
    notes: list[str]
    limits: dict[str, int]


@operation(
    "GET",
    "/api/v1/results/{year}/index",
    who=ANYBODY,
    gives=ResultIndex,
    query=("area", "by"),
    refuses=(NotFound, RequestInvalid),
)
def get_result_index(call: Call, year: str) -> ResultIndex:
    """The index, by `area` and `by` as tables are."""
    of, areas = of_year(year), areas_of(call)
    found = read_index(of, areas, call.query("by") or EVERYBODY)
    return {
        "year": of.year,
        "campaign": of.campaign,
        "version": found["version"],
        "sha256": found["sha256"],
        "labels": _labels(found["version"], call.language),
        "cells": [reply_of(IndexCell, cell) for cell in found["cells"]],
        "notes": list(NOTES),
        "limits": {"areas": MOST_AREAS},
    }


@answered
@at_one_address
def show_index(request: Request) -> Response:
    """`GET /results/index`: the nation and all provinces, in the order of their codes; no ranks, for no interval says
    yet which differences mean anything."""
    seen = visit(request, "../")
    of = of_year(caller.query(request, "year"))
    names = {NATION: seen.language("r_nation")} | {
        code: regions().name(f"{code}0000", seen.language.tag) for code in regions().provinces
    }
    found = read_index(of, list(names), EVERYBODY)
    shown: dict[str, Any] = {cell["area"]: cell for cell in found["cells"] if cell["value"] is not None}
    labels = _labels(found["version"], seen.language.tag)
    return page(
        "public/results_index.html", seen, of=of, found=found, shown=shown, names=names, labels=labels, notes=NOTES
    )


def _labels(version: int, lang: str) -> dict[str, str]:
    return {area.id: words(area.label, lang) for area in definition(version).definition.areas}
