"""Figures read out of tallies."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.counting.domain.tally import COLLECTED, VALID
from chalicelib.kernel.instants import SHANGHAI


@dataclass(frozen=True, slots=True)
class Figures:
    """Collected and valid of one thing."""

    collected: int
    valid: int


def overall(tally: Mapping[str, int]) -> Figures:
    """All that a summed tally counts."""
    return Figures(tally.get(COLLECTED, 0), tally.get(VALID, 0))


def of(tally: Mapping[str, int], dimension: str, name: str) -> Figures:
    """One value of a dimension: `l` link, `h` hour, `p` residence, `e` edition (see `tally.increments`)."""
    return Figures(tally.get(f"{dimension}:{name}", 0), tally.get(f"{dimension.upper()}:{name}", 0))


def values(tally: Mapping[str, int], dimension: str) -> list[str]:
    """The values of a dimension that were counted, sorted."""
    return sorted(name[2:] for name in tally if name.startswith(f"{dimension}:"))


def day(tally: Mapping[str, int], date: str) -> Figures:
    """Shanghai's day `20210803`."""
    hours = [of(tally, "h", f"{date}{hour:02d}") for hour in range(24)]
    return Figures(sum(h.collected for h in hours), sum(h.valid for h in hours))


def days(tally: Mapping[str, int]) -> list[str]:
    """Shanghai's days on which anything was collected, sorted."""
    return sorted({hour[:8] for hour in values(tally, "h")})


def by(tally: Mapping[str, int], unit_of_time: str) -> Counter[str]:
    """Collected by `hour` (`2021080309`) or `day` (`20210803`)."""
    width = 10 if unit_of_time == "hour" else 8
    series = Counter[str]()
    for hour in values(tally, "h"):
        series[hour[:width]] += tally[f"h:{hour}"]
    return series


def label(wall: datetime, by: str) -> str:
    """The name of the `hour` or `day` that a moment on Shanghai's wall lies in."""
    return wall.strftime("%Y%m%d%H" if by == "hour" else "%Y%m%d")


def start_of(label: str) -> datetime:
    """When an hour `2021080309` or a day `20210803` begins."""
    return datetime.strptime(label, "%Y%m%d%H" if len(label) == 10 else "%Y%m%d").replace(tzinfo=SHANGHAI)
