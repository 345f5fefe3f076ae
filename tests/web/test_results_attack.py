"""Somebody who asks for all that is published over HTTP, and knows how it was made, doesn't find single people."""

import json
import random
from collections import Counter
from itertools import product

import pytest

from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.instants import shanghai
from chalicelib.kernel.settings import settings
from chalicelib.results.domain.counts import Figures
from chalicelib.results.domain.protection import Shown, protection
from chalicelib.results.domain.thresholds import Cell
from chalicelib.results.usecases import published
from tests.plain_count import Counts, read
from tests.property.test_attack import divided, subtracted
from tests.web.test_results import TABLE, Rows, seal
from tests.web.test_sessions import call

ITEMS = ("q1", "q2", "q3", "q10", "q11")
OPTIONS = {"a": 500, "b": 250, "c": 100, "d": 20, "e": 6, "f": 3}
REGIONS = {"440106": 40, "440305": 25, "441900": 8, "110105": 15, "310115": 9, "540102": 2, "820000": 1}


@pytest.fixture
def rows() -> Rows:
    """3,000 people with rare answers, unevenly spread."""
    chance, fixed = random.Random(20), {"edition": "public", "version": "2026.1", "valid": "true"}
    told = {"q13": {"a": 49, "b": 49, "c": 2}, "q14": {"b": 5, "c": 40, "d": 30, "e": 20, "f": 5}, "q18": REGIONS}
    law = told | dict.fromkeys(ITEMS, OPTIONS)
    return [
        {**fixed, "receipt": f"R-{n}"}
        | {name: chance.choices(list(of), list(of.values()))[0] for name, of in law.items()}
        for n in range(3000)
    ]


def test_of_the_claims_one_and_two_over_half_are_wrong(
    engine: str, rows: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By subtraction of everything from everything, and by reading the smallest figures with the true law known."""
    monkeypatch.setattr(published, "_LASTS_S", 0)
    campaign = seal(rows)
    published.publish(campaign, now_ms(), "test")
    truth = Counts()
    for person in read(settings().files_dir / campaign.id / "final/responses.csv.gz", "public", set()):
        truth.add(person)

    found = told(str(shanghai(campaign.opens_at).year))

    claims = Counter[tuple[int, int]]()
    for cell, item, figures in divided(found, dict(truth.bases), ITEMS):
        for option in OPTIONS:
            true = truth.chosen[item, cell].get(option)
            claims[subtracted(figures, option), true.n if true else 0] += 1
    made = sum(n for (claim, _), n in claims.items() if claim in (1, 2))
    right = sum(n for (claim, true), n in claims.items() if claim == true in (1, 2))
    assert made > 20
    assert right / made < 0.5
    least = protection().noise.never_below
    behind = Counter(
        truth.chosen[item, cell][option].n
        for (cell, item), figures in found.items()
        for option, shown in figures.options.items()
        if shown.n == least
    )
    assert behind.total() > 50
    assert max(behind[1], behind[2]) / behind.total() < 0.5


def told(year: str) -> dict[tuple[Cell, str], Figures]:
    """All that anybody may have."""
    cities = sorted({code[:4] for code in REGIONS})
    areas = ",".join(["00", *sorted({code[:2] for code in REGIONS}), *cities])
    found: dict[tuple[Cell, str], Figures] = {}
    for item, by in product(ITEMS, ("all", "sex", "age")):
        where = {"year": year, "edition": "public", "item": item}
        reply = call("GET", TABLE, parameters=where, query={"area": [areas], "by": [by]})
        for one in json.loads(reply.body)["cells"]:
            if one["status"] == "ok":
                key = Cell(one["area"], one["group"] or ""), item
                options = found.setdefault(key, Figures(one["base"], {})).options
                options[one["option"]] = Shown(one["n"], one["share"], one["weighted"])
    return found
