"""How a unit is getting on: where its pace leads to, and whether it has fallen behind or silent."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from chalicelib.campaigns.campaign import Window
from chalicelib.counting.domain import counts
from chalicelib.kernel.instants import shanghai, to_ms

HOUR_MS = 3_600_000
SPAN_H = 24
"""A pace is taken over a whole day, since nights bring in little."""
SILENT_H = 24
LAGGING = 0.5
"""A unit lags whose progress is less than this share of the time that has gone by."""
JUMP_H = 24
JUMP_FACTOR = 4
"""An hour jumps in which more than this multiple of what three quarters of a unit's earlier hours stayed below …"""
JUMP_LEAST = 50
"""… and at least this much came in …"""
JUMP_HOURS = 6
"""… after this many hours in which something did."""
EARLY = 0.1
"""In the first tenth of the window nobody is said to lag."""


def projected(tally: Mapping[str, int], window: Window, at_ms: int) -> int | None:
    """What will have been collected at the close, if it goes on as in the last 24 hours (or since the opening, where
    that is less). None before there is an hour to judge by; what is collected, once closed."""
    collected = counts.overall(tally).collected
    if at_ms >= window.closes_at:
        return collected
    first = max(shanghai(at_ms - (SPAN_H - 1) * HOUR_MS), shanghai(window.opens_at)).replace(
        minute=0, second=0, microsecond=0
    )
    span_ms = at_ms - max(to_ms(first), window.opens_at)
    if span_ms < HOUR_MS:
        return None
    hours = counts.by(tally, "hour")
    recent = sum(n for hour, n in hours.items() if hour >= counts.label(first, "hour"))
    return collected + round(recent * (window.closes_at - at_ms) / span_ms)


def elapsed(window: Window, at_ms: int) -> float:
    """The share of the window that has gone by, 0 to 1."""
    share = (at_ms - window.opens_at) / (window.closes_at - window.opens_at)
    return min(max(share, 0.0), 1.0)


def lags(progress: float | None, window: Window, at_ms: int) -> bool:
    """Whether a unit with a plan has collected less than half of what the time gone by would let expect."""
    gone = elapsed(window, at_ms)
    return progress is not None and gone >= EARLY and progress < LAGGING * gone


def is_silent(tally: Mapping[str, int], window: Window, at_ms: int) -> bool:
    """Whether, while collection is open and has been for a day, nothing came in for a day."""
    if not window.opens_at + SILENT_H * HOUR_MS <= at_ms < window.closes_at:
        return False
    since = counts.label(shanghai(at_ms) - timedelta(hours=SILENT_H), "hour")
    return last_hour(tally) < since


def last_hour(tally: Mapping[str, int]) -> str:
    """The latest hour in which something came in, as tallies name it; empty where there was none."""
    return max(counts.values(tally, "h"), default="")


def latest_jump(tally: Mapping[str, int], at_ms: int) -> tuple[str, int] | None:
    """The latest hour of the last day in which far more came in than a unit is used to, and how much.

    Held against its earlier hours in which anything came in: nights would make every morning a jump. Three quarters
    of them, not the mean, so that one jump doesn't hide the next.
    """
    hours = sorted(counts.by(tally, "hour").items())
    since = counts.label(shanghai(at_ms - JUMP_H * HOUR_MS), "hour")
    for place in range(len(hours) - 1, JUMP_HOURS - 1, -1):
        hour, collected = hours[place]
        if hour <= since:
            break
        if collected >= JUMP_LEAST and collected > JUMP_FACTOR * _usual([n for _, n in hours[:place]]):
            return hour, collected
    return None


def _usual(earlier: Sequence[int]) -> int:
    """What three quarters of these stayed below or reached."""
    return sorted(earlier)[(3 * len(earlier) - 1) // 4]
