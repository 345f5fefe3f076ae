"""A count of people by cell and answer in plain Python, beside the product's by SQL; it holds the true numbers."""

import csv
import gzip
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import NamedTuple

from chalicelib.results.domain.counts import Counted, Figures, published
from chalicelib.results.domain.noise import KEYS
from chalicelib.results.domain.protection import Protection, TrueCount
from chalicelib.results.domain.thresholds import EVERYBODY, NATION, Cell, shown_cells
from chalicelib.sealing.export_rows import FIXED

NONE_YET = TrueCount(0, 0, 0.0)
ABROAD = "99"
GROUPED = {"sex": "q13", "age": "q14", "education": "q15", "place": "q19", "income": "q20"}


class Person(NamedTuple):
    """A valid response."""

    region: str
    groups: tuple[str, ...]
    answers: Mapping[str, tuple[str, ...]]
    key: int
    weight: float


class Counts:
    """Counts of all cells and items."""

    def __init__(self) -> None:
        self.bases: Counter[Cell] = Counter()
        self.base: defaultdict[str, dict[Cell, TrueCount]] = defaultdict(dict)
        self.chosen: defaultdict[tuple[str, Cell], dict[str, TrueCount]] = defaultdict(dict)

    def add(self, person: Person) -> None:
        """Counts a person in every cell that they belong to."""
        for cell in cells_of(person):
            self.bases[cell] += 1
            for item, options in person.answers.items():
                self.base[item][cell] = _more(self.base[item].get(cell, NONE_YET), person)
                chosen = self.chosen[item, cell]
                for option in options:
                    chosen[option] = _more(chosen.get(option, NONE_YET), person)

    def published(self, rule: Protection) -> Iterator[tuple[str, Cell, Figures | None]]:
        """What the product would publish of these counts."""
        shown = shown_cells(self.bases, rule)
        for item, base in self.base.items():
            counted = {cell: Counted(n, self.chosen[item, cell]) for cell, n in base.items()}
            for cell, figures in published(counted, self.bases, shown, rule):
                yield item, cell, figures


def cells_of(person: Person) -> Iterator[Cell]:
    """The nation, the province and the city, each with everybody and with the person's groups."""
    province, city = person.region[:2], person.region[:4]
    areas = (NATION, province) if province == ABROAD else (NATION, province, city)
    return (Cell(area, group) for area, group in product(areas, (EVERYBODY, *person.groups)))


def read(export: Path, edition: str, several: set[str]) -> Iterator[Person]:
    """The valid people of an export who say where they live; the columns of `several` hold more than one option."""
    with gzip.open(export, "rt", encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["edition"] == edition and row["valid"] == "true" and row["q18"]:
                groups = tuple(f"{name}:{row[column]}" for name, column in GROUPED.items() if row[column])
                answers = {
                    name: tuple(cell.split(";")) if name in several else (cell,)
                    for name, cell in row.items()
                    if cell and name not in FIXED
                }
                yield Person(row["q18"], groups, answers, 0, 1.0)


def _more(count: TrueCount, person: Person) -> TrueCount:
    return TrueCount(count.n + 1, (count.key + person.key) % KEYS, count.weight + person.weight)
