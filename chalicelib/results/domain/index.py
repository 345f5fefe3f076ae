"""The index: one figure from 0 to 100 for an area or a group, by a frozen definition (docs/adr/0046).

Each item's answers become a mean of 0 to 100; an area of the index is the mean of its items; the index is the weighted
mean of its areas. The definition is a file that never changes: another formula is another version, and runs beside
the old one for a year. Steps as in the OECD/JRC Handbook on Constructing Composite Indicators (2008).
"""

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Literal, NamedTuple, Self, TypeAlias

from pydantic import BaseModel, ConfigDict, model_validator

DATA = Path(__file__).parent
LOWEST, HIGHEST = 1, 10
"""All items of the index are asked on this scale."""

Points: TypeAlias = Mapping[int, float]
"""How many people, weighted or not, chose each point of an item's scale."""
Scale: TypeAlias = Literal["linear", "tenths", "levels", "top_two"]

SCALES: dict[Scale, Callable[[int], float]] = {
    "linear": lambda point: (point - LOWEST) / (HIGHEST - LOWEST),
    "tenths": lambda point: point / HIGHEST,
    "levels": lambda point: math.ceil(point / 2) / (HIGHEST / 2),
    "top_two": lambda point: float(point >= HIGHEST - 1),
}
"""What a point counts, from 0 to 1: the ways in use elsewhere, of which a definition names one."""


class Item(BaseModel):
    """A question, or a row of one, that the index takes in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    reverse: bool
    """Whether agreeing tells of something bad."""


class IndexArea(BaseModel):
    """Items that speak of one subject."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    label: dict[str, str]
    weight: Fraction
    items: tuple[Item, ...]


class Definition(BaseModel):
    """A version of the index."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    from_year: int
    edition: str
    scale: Scale
    decimals: int
    areas: tuple[IndexArea, ...]

    @cached_property
    def items(self) -> frozenset[str]:
        """The ids of all that it takes in."""
        return frozenset(item.id for area in self.areas for item in area.items)

    @model_validator(mode="after")
    def _weights_add_up(self) -> Self:
        if sum(area.weight for area in self.areas) != 1:
            raise ValueError("the weights of an index's areas add up to 1")
        return self


class Index(NamedTuple):
    """What the index comes to."""

    value: float | None
    """None where one of its areas has no value."""
    areas: dict[str, float | None]
    """By the area's id; None where fewer than half of its items have answers."""


class Frozen(NamedTuple):
    """A definition and the SHA-256 of its file, which goes with every figure made by it."""

    definition: Definition
    sha256: str


@cache
def definition(version: int) -> Frozen:
    """A version of the index. Raises FileNotFoundError where there is none."""
    data = (DATA / f"index-{version}.json").read_bytes()
    return Frozen(Definition.model_validate_json(data), sha256(data).hexdigest())


def index(points: Mapping[str, Points], by: Definition, scale: Scale | None = None) -> Index:
    """The index of people whose answers are `points`, by item; on another scale where one is named."""
    areas = {area.id: _area(points, area, scale or by.scale) for area in by.areas}
    values = [(area.weight, areas[area.id]) for area in by.areas]
    known = [float(weight) * value for weight, value in values if value is not None]
    value = sum(known) if len(known) == len(values) else None
    return Index(_rounded(value, by), {name: _rounded(found, by) for name, found in areas.items()})


def sensitivity(points: Mapping[str, Points], by: Definition) -> dict[Scale, float | None]:
    """What the same answers would come to on each scale; shown beside the index, so that nobody reads it as a law."""
    return {scale: index(points, by, scale).value for scale in SCALES}


def chained(before: float, common_before: float, common_now: float) -> float:
    """The next year's link of a chain: last year's, moved by the change on the items that both years have."""
    return before + common_now - common_before


def _area(points: Mapping[str, Points], area: IndexArea, scale: Scale) -> float | None:
    means = [_mean(points.get(item.id, {}), item, scale) for item in area.items]
    known = [mean for mean in means if mean is not None]
    return sum(known) / len(known) if 2 * len(known) >= len(means) else None


def _mean(points: Points, item: Item, scale: Scale) -> float | None:
    people = sum(points.values())
    if not people:
        return None
    worth = SCALES[scale]
    return (
        100 * sum(n * worth(LOWEST + HIGHEST - at if item.reverse else at) for at, n in sorted(points.items())) / people
    )


def _rounded(value: float | None, by: Definition) -> float | None:
    return None if value is None else round(value, by.decimals)
