"""The rules of what is shown of a survey, as data with a version (RESULTS 3.4), and a question's cells under them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from chalicelib.results.domain.noise import NoiseLaw, noised

DATA = Path(__file__).parent / "protection.json"


class Alike(BaseModel):
    """When a small group's answers are so alike that the question would tell each member's."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    below_base: int
    above_share: float
    """Per cent."""


class Protection(BaseModel):
    """The rules; shown as they are on the page of results."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    least_area: int
    least_group: int
    least_remainder: int
    """What can be had by subtraction is nobody, or as many people as this."""
    noise: NoiseLaw
    base_step: int
    """Bases are shown rounded to this."""
    alike: Alike


class TrueCount(NamedTuple):
    """Responses that fall into a cell, as counted; never leaves the job that counts."""

    n: int
    key: int
    """Sum of the record keys."""
    weight: float
    """Sum of the weights."""


class Shown(NamedTuple):
    """An option's figures as they may be published; shares in per cent with one decimal."""

    n: int
    share: float
    weighted: float


@cache
def protection() -> Protection:
    """The rules in force."""
    return Protection.model_validate_json(DATA.read_bytes())


def shown_base(base: TrueCount, rule: Protection) -> int:
    """How many people a table says that it rests on."""
    return round(noised(base.n, base.key, rule.noise) / rule.base_step) * rule.base_step


def shown_options(options: Mapping[str, TrueCount], base: TrueCount, rule: Protection) -> dict[str, Shown] | None:
    """The figures of a question's options in a cell that `shown_cells` shows; None where the answers are too alike.

    `base` are those who were asked and answered. Shares are of the base with its own noise; the weighted share moves
    by the same ratio as the count, so that neither leads to the other's true value. They needn't add up to 100.
    """
    if base.n < rule.least_group or _too_alike(options, base, rule.alike):
        return None
    people = noised(base.n, base.key, rule.noise)
    to_base = base.n / base.weight / people if base.weight else 0.0
    figures = {}
    for option, count in options.items():
        n = noised(count.n, count.key, rule.noise)
        weighted = n / count.n * count.weight * to_base if count.n else 0.0
        figures[option] = Shown(n, _percent(n / people), _percent(weighted))
    return figures


def shown_mean(shown: Mapping[int, Shown]) -> float | None:
    """The mean of a rating, from the published counts of its points alone; two decimals, None without any."""
    people = sum(point.n for point in shown.values())
    return round(sum(value * point.n for value, point in shown.items()) / people, 2) if people else None


def _too_alike(options: Mapping[str, TrueCount], base: TrueCount, alike: Alike) -> bool:
    most = max((count.n for count in options.values()), default=0)
    return base.n < alike.below_base and 100 * most > alike.above_share * base.n


def _percent(share: float) -> float:
    return round(100 * share, 1) if share < 1 else 100.0
