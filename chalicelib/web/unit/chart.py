"""Bar charts as inline SVG, drawn here: readable without scripts, sharp on paper, and a few hundred bytes.

Widths are percentages and heights pixels, so that bars stretch with the page while words keep their size.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.kernel.chart_scale import round_up

HEIGHT = 140
_FOOT = 20
_HEAD = 18
_FEWEST_SLOTS = 10
"""Fewer bars leave room at the right, rather than to grow fat."""
_SHORT = 6
"""Characters of a label of which eight fit under a chart on a phone; of longer ones four do."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; `x`, `width` in percent of the chart, `y`, `height` in pixels."""

    label: str
    value: int
    x: float
    width: float
    y: float
    height: float
    tick: bool
    """Whether its label is written under it."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars from left to right, and the value of the line at the top."""

    bars: list[Bar]
    top: int
    height: int = HEIGHT + _HEAD + _FOOT
    base: int = HEIGHT + _HEAD
    head: int = _HEAD


def chart(points: Sequence[tuple[str, int]]) -> Chart:
    """The chart of these labels and values (≥ 0)."""
    top = round_up(max((value for _, value in points), default=0))
    step = 100 / max(len(points), _FEWEST_SLOTS)
    ticks = 8 if all(len(label) < _SHORT for label, _ in points) else 4
    every = -(-max(len(points), _FEWEST_SLOTS) // ticks)
    bars = []
    for place, (label, value) in enumerate(points):
        height = HEIGHT * value / top
        shown = place % every == every // 2
        left = round(place * step + step * 0.1, 3)
        bars.append(Bar(label, value, left, round(step * 0.8, 3), round(HEIGHT + _HEAD - height, 1), height, shown))
    return Chart(bars, top)
