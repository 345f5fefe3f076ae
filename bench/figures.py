"""What a bench finds: figures, each with its target where it has one, and how a table shows them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One line of the table. Counts and ratios can be compared between machines, rates and times can't."""

    name: str
    value: float
    unit: str = ""
    at_most: float | None = None
    at_least: float | None = None
    peers: str = ""
    """What others need, where somebody has measured it."""

    @property
    def target(self) -> str:
        """The target in words; empty where there is none."""
        if self.at_most is not None:
            return f"≤ {self.at_most:,g}"
        return "" if self.at_least is None else f"≥ {self.at_least:,g}"

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        if self.at_most is not None:
            return self.value <= self.at_most
        return None if self.at_least is None else self.value >= self.at_least


Parts = Mapping[str, list[Figure]]


def show(parts: Parts, before: Mapping[str, float]) -> None:
    """Prints one table; `before` holds the values of an earlier run by `part: name`."""
    table = Table("", "figure", "now", "before", "target", "", "others", title="make bench")
    for part, figures in parts.items():
        for number, figure in enumerate(figures):
            earlier = before.get(key(part, figure.name))
            table.add_row(
                "" if number else part,
                figure.name,
                f"{rounded(figure.value)} {figure.unit}".strip(),
                "" if earlier is None else rounded(earlier),
                figure.target,
                {True: "✓", False: "✗", None: ""}[figure.met],
                figure.peers,
            )
        table.add_section()
    Console(width=150).print(table)


def rounded(value: float) -> str:
    """Four digits that mean something: `1.021`, `18.31`, `81,234`."""
    return f"{value:,.0f}" if abs(value) >= 1_000 or value == int(value) else f"{value:.4g}"


def key(part: str, name: str) -> str:
    """What a figure is called in the history."""
    return f"{part}: {name}"


def to_json(figures: Iterable[Figure]) -> list[dict[str, Any]]:
    """As `bench.json` holds them: what isn't said is left out."""
    return [{name: value for name, value in asdict(one).items() if value not in (None, "")} for one in figures]


def from_json(text: str) -> list[Figure]:
    """The figures that `to_json` gave, from text."""
    return [Figure(**one) for one in json.loads(text)]
