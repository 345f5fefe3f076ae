"""What is published of a survey, as people read it."""

from typing import Any

from chalice.app import Request, Response

from chalicelib.instrument.questionnaires import regions
from chalicelib.kernel.errors import NotFound
from chalicelib.results.domain.count_sql import GROUPINGS
from chalicelib.results.domain.thresholds import NATION
from chalicelib.results.usecases.count_export import WEIGHTED
from chalicelib.results.usecases.item_labels import asked_items, group_names, labels_of
from chalicelib.results.usecases.prepare_tables import EVERYBODY
from chalicelib.results.usecases.published import Published, of_year, read_cells, read_index, years
from chalicelib.web.public.results import NOTES
from chalicelib.web.rim import caller
from chalicelib.web.rim.addresses import at_one_address
from chalicelib.web.rim.problems import answered
from chalicelib.web.rim.render import page, visit


@answered
@at_one_address
def show_results(request: Request) -> Response:
    """`GET /results`: a table with its bars, chosen by the address alone."""
    seen = visit(request, "")
    asked = {name: caller.query(request, name) or "" for name in ("year", "edition", "item", "area", "by")}
    if not years():
        return page("public/no_results.html", seen)
    of = of_year(asked["year"] or None)
    editions = dict(of.questionnaires)
    edition = asked["edition"] or (WEIGHTED if WEIGHTED in editions else next(iter(editions)))
    known = labels_of(of, edition, seen.language.tag)
    listed = {item: known[item].label for item in asked_items(of, edition)}
    item, area, by = asked["item"] or next(iter(listed)), asked["area"] or NATION, asked["by"] or EVERYBODY
    places = {NATION: seen.language("r_nation")} | {
        code: regions().name(f"{code}0000", seen.language.tag) for code in regions().provinces
    }
    return page(
        "public/results.html",
        seen,
        years=years(),
        of=of,
        chosen={"year": str(of.year), "edition": edition, "item": item, "area": area, "by": by},
        choices={"item": listed, "area": places, "by": [EVERYBODY, *GROUPINGS]},
        editions=editions,
        labels=known.get(item),
        groups=group_names(known),
        cells=[_in_order(cell) for cell in read_cells(of, edition, item, [area], by)],
        nation=_nation(of, edition, item, by) if area != NATION else {},
        index=_index(of, area),
        notes=NOTES,
    )


def _in_order(cell: dict[str, Any]) -> dict[str, Any]:
    """A cell with its options in the order of their ids, points of a scale by number."""
    options = cell.get("options", {})
    return cell | {"options": {name: options[name] for name in sorted(options, key=lambda one: (len(one), one))}}


def _nation(of: Published, edition: str, item: str, by: str) -> dict[str | None, dict[str, Any]]:
    """The whole nation's options, by group, to compare an area with."""
    return {cell["group"]: cell.get("options", {}) for cell in read_cells(of, edition, item, [NATION], by)}


def _index(of: Published, area: str) -> list[dict[str, Any]]:
    """The index of an area and of the nation, where they have one."""
    try:
        cells = read_index(of, list(dict.fromkeys([area, NATION])), EVERYBODY)["cells"]
    except NotFound:
        return []
    return [cell for cell in cells if cell["value"] is not None]
