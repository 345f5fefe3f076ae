"""The picture in a mail: what was collected so far, and hour by hour. An SVG of ours, made a PNG by resvg with our own
font, since mail programs draw no SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from pathlib import Path

from chalicelib.kernel.chart_scale import round_up
from chalicelib.kernel.texts import chinese
from chalicelib.mail.gateways.mail import render

_FONT = Path(__file__).parents[2] / "kernel" / "fonts" / "NotoSansSC-Medium-subset.ttf"
_FAMILY = "Noto Sans SC Medium"
WIDTH, HEIGHT = 640, 360
"""In CSS pixels; the picture has twice as many each way, for screens that are sharp."""
_LEFT, _RIGHT = 64, 12
_MOST_LABELS = 10


@dataclass(frozen=True, slots=True)
class _Panel:
    """A band of the picture with a scale of its own, from `foot` up to `head`."""

    head: float
    foot: float
    top: int

    def y(self, value: float) -> float:
        return round(self.foot - (self.foot - self.head) * value / self.top, 1)


def draw_curve(hours: Sequence[tuple[datetime, int]], title: str) -> bytes:
    """A PNG of what was collected in each of these hours, which follow each other without gaps."""
    from resvg_py import svg_to_bytes  # noqa: PLC0415 - three megabytes, loaded only where a picture is drawn

    drawn = svg_to_bytes(
        svg_string=curve_svg(hours, title),
        zoom=2,
        skip_system_fonts=True,
        font_files=[str(_FONT)],
        font_family=_FAMILY,
        background="#ffffff",
    )
    return bytes(drawn)


def curve_svg(hours: Sequence[tuple[datetime, int]], title: str) -> str:
    """The picture as SVG."""
    values = [value for _, value in hours]
    sums = [0, *accumulate(values)]
    whole = _Panel(52, 206, round_up(sums[-1]))
    each = _Panel(248, 330, round_up(max(values, default=0)))
    step = (WIDTH - _LEFT - _RIGHT) / max(len(values), 1)
    places = [round(_LEFT + step * number, 1) for number in range(len(sums))]
    curve = [f"{x},{whole.y(value)}" for x, value in zip(places, sums, strict=True)]
    return render(
        "curve.svg",
        title=title,
        width=WIDTH,
        height=HEIGHT,
        left=_LEFT,
        right=WIDTH - _RIGHT,
        panels=[(whole, chinese("mail")("curve_sum")), (each, chinese("mail")("curve_hours"))],
        curve=" ".join(curve),
        area=" ".join([*curve, f"{places[-1]},{whole.foot}", f"{_LEFT},{whole.foot}"]),
        bars=[(x, each.y(value), each.foot) for x, value in zip(places, values, strict=False) if value],
        bar=round(step * 0.8, 2),
        days=_days(hours, step),
    )


def _days(hours: Sequence[tuple[datetime, int]], step: float) -> list[tuple[float, str]]:
    """Where days begin, and their names; of many days, some."""
    days = [
        (round(_LEFT + step * number, 1), f"{start.month}/{start.day}")
        for number, (start, _) in enumerate(hours)
        if start.hour == 0 or number == 0
    ]
    every = -(-len(days) // _MOST_LABELS)
    return days[:: every or 1]
