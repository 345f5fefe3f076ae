"""Writes what may be published of a sealed export: protected tables, the index, and how it was weighted."""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from chalicelib.results.domain.counts import Figures, published
from chalicelib.results.domain.index import definition, index, sensitivity
from chalicelib.results.domain.margins import margins
from chalicelib.results.domain.protection import protection
from chalicelib.results.domain.thresholds import Cell, shown_cells
from chalicelib.results.domain.weights import Weights
from chalicelib.results.usecases.count_export import GoingOn, counting

INDEX = 1
INDEX_FILE, ABOUT = "index.json", "about.json"
FEW = "few"
"""The status of a cell that isn't shown."""

Points: TypeAlias = defaultdict[Cell, dict[str, dict[int, float]]]
"""The weighted shares of the index's items by point of their scale."""
Content: TypeAlias = dict[str, Any]
"""Of a file of JSON."""


def publish_tables(folder: Path, edition: str, out: Path) -> int:
    """Writes `out`/{edition}/{item}.json for each item, index.json and about.json; how many items.

    A year's tables are published once, since a second time, with other keys, would average the noise away. Raises
    FileExistsError where `out` has the edition already.
    """
    place = out / edition
    place.mkdir(parents=True)
    names = []
    for name, content in tables(folder, edition, place):
        (place / name).write_text(json.dumps(content, ensure_ascii=False) + "\n", "utf-8")
        names.append(name)
    return len(set(names) - {INDEX_FILE, ABOUT})


def tables(folder: Path, edition: str, place: Path, going_on: GoingOn = lambda: None) -> Iterator[tuple[str, Content]]:
    """What may be published of an edition, by the names of the files: each item's table, the index, and how it was
    made. `folder` is the export's, `place` one for what it takes to count."""
    rule, frozen = protection(), definition(INDEX)
    points: Points = defaultdict(dict)
    with counting(folder, edition, place) as people:
        shown = shown_cells(people.bases, rule)
        for item in people.items(edition):
            found = sorted(published(people.counted(item), people.bases, shown, rule))
            if found:
                yield f"{item.name}.json", {"item": item.name, "cells": [_cell(*one) for one in found]}
            if item.name in frozen.definition.items:
                for cell, figures in found:
                    if figures:
                        points[cell][item.name] = {int(at): one.weighted for at, one in figures.options.items()}
            going_on()
        if edition == frozen.definition.edition:
            yield INDEX_FILE, _indices(points)
        yield ABOUT, _about(people.weights)


def _cell(cell: Cell, figures: Figures | None) -> Content:
    """A cell as published; without any figure where it isn't shown."""
    named = {"area": cell.area, "group": cell.group or None}
    if figures is None:
        return named | {"status": FEW}
    options = {
        option: {"n": shown.n, "share": shown.share, "weighted": shown.weighted}
        for option, shown in sorted(figures.options.items())
    }
    return named | {"status": "ok", "base": figures.base, "options": options}


def _indices(points: Points) -> Content:
    """The index of each cell, from published figures alone."""
    frozen = definition(INDEX)
    cells = [
        {"area": cell.area, "group": cell.group or None}
        | index(found, frozen.definition)._asdict()
        | {"sensitivity": sensitivity(found, frozen.definition)}
        for cell, found in sorted(points.items())
    ]
    return {"version": INDEX, "sha256": frozen.sha256, "cells": cells}


def _about(weights: Weights | None) -> Content:
    """By which rules it was made, and what weighting cost."""
    weighted = weights and {
        "rounds": weights.rounds,
        "off": round(weights.off, 4),
        "design_effect": round(weights.design_effect, 2),
        "margins": margins().model_dump(mode="json"),
    }
    return {"protection": protection().model_dump(mode="json"), "weights": weighted}
