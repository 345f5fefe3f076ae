"""The curve of a campaign: what share of its responses has come by when. Pure."""

import math
import tomllib
from bisect import bisect_right
from datetime import datetime, timedelta
from functools import cache
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

_DATA = Path(__file__).with_name("campaign.toml")
_STEP_H = 1 / 60
_SATURDAY = 5

Hours = Annotated[tuple[Annotated[float, Field(ge=0)], ...], Field(min_length=24, max_length=24)]


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class HoursOfDay(_Data):
    """Relative weights of the hours of a day."""

    working_day: Hours
    weekend: Hours


class Spike(_Data):
    """A rush on top of the waves: so many times the campaign's mean at its height, halved every so many hours."""

    times_mean: float = Field(ge=0)
    halves_every_h: float = Field(gt=0)

    def until(self, hours: float) -> float:
        """Its integral over the first `hours`, in hours of the campaign's mean."""
        decay = math.log(2) / self.halves_every_h
        return self.times_mean * (1 - math.exp(-decay * hours)) / decay


class Phases(_Data):
    """How many hours count as the opening, and as the last ones."""

    opening_h: float
    last_h: float


class Course(_Data):
    """`campaign.toml`."""

    opens_at: AwareDatetime
    closes_at: AwareDatetime
    responses: int
    units: int
    practitioners: float = Field(ge=0, le=1)
    poll_every_s: float = Field(gt=0)
    zipf: float
    hours: HoursOfDay
    opening: Spike
    closing: Spike
    phases: Phases
    spans: dict[str, tuple[float, float]]

    @property
    def length_h(self) -> float:
        """Hours from the opening to the close."""
        return (self.closes_at - self.opens_at) / timedelta(hours=1)

    @property
    def mean_per_s(self) -> float:
        """Responses per second over the whole campaign."""
        return self.responses / (self.length_h * 3600)

    def span(self, name: str) -> tuple[float, float]:
        """From which hour to which a span goes. Raises `KeyError`."""
        begins, ends = self.spans[name]
        return begins if begins >= 0 else self.length_h + begins, ends if ends > 0 else self.length_h + ends

    def phase(self, hour: float) -> str:
        """`opening`, `last` or `waves`."""
        if hour < self.phases.opening_h:
            return "opening"
        return "last" if hour >= self.length_h - self.phases.last_h else "waves"

    def at(self, hour: float) -> datetime:
        """The instant so many hours after the opening."""
        return self.opens_at + timedelta(hours=hour)


class Curve:
    """Cumulative shares of a campaign's responses by hour since the opening; linear within a minute."""

    def __init__(self, course: Course) -> None:
        self.course = course
        minutes = round(course.length_h / _STEP_H)
        self._hours = [minute * course.length_h / minutes for minute in range(minutes + 1)]
        weights = list(_weights(course, self._hours))
        self._sums = [0.0, *accumulate(weights)]

    def share(self, hour: float) -> float:
        """What has come by `hour`: 0 at the opening, 1 at the close."""
        hour = min(max(hour, 0.0), self._hours[-1])
        at = min(bisect_right(self._hours, hour), len(self._hours) - 1) - 1
        begun = (hour - self._hours[at]) / (self._hours[at + 1] - self._hours[at])
        return (self._sums[at] + begun * (self._sums[at + 1] - self._sums[at])) / self._sums[-1]

    def hour(self, share: float) -> float:
        """When `share` has come; the inverse of `share`."""
        wanted = min(max(share, 0.0), 1.0) * self._sums[-1]
        at = min(bisect_right(self._sums, wanted), len(self._sums) - 1) - 1
        width = self._sums[at + 1] - self._sums[at]
        begun = (wanted - self._sums[at]) / width if width > 0 else 0.0
        return self._hours[at] + min(begun, 1.0) * (self._hours[at + 1] - self._hours[at])

    def times_mean(self, begins_h: float, ends_h: float) -> float:
        """How much more comes from one hour to another than if all came evenly."""
        return (self.share(ends_h) - self.share(begins_h)) * self._hours[-1] / (ends_h - begins_h)


def _weights(course: Course, hours: list[float]) -> list[float]:
    """What comes between each hour and the next: the waves, scaled to what the spikes leave, and the spikes."""
    waves = [_wave(course, (begins + ends) / 2) * (ends - begins) for begins, ends in pairwise(hours)]
    left = hours[-1] - course.opening.until(hours[-1]) - course.closing.until(hours[-1])
    if left <= 0:
        raise ValueError("the spikes hold more than all responses")
    scale = left / sum(waves)
    return [
        wave * scale + _spikes(course, begins, ends)
        for wave, (begins, ends) in zip(waves, pairwise(hours), strict=True)
    ]


def _wave(course: Course, hour: float) -> float:
    at = course.at(hour)
    profile = course.hours.weekend if at.weekday() >= _SATURDAY else course.hours.working_day
    return profile[at.hour]


def _spikes(course: Course, begins: float, ends: float) -> float:
    opening, closing, length = course.opening, course.closing, course.length_h
    rush = opening.until(ends) - opening.until(begins)
    return rush + closing.until(length - begins) - closing.until(length - ends)


@cache
def course() -> Course:
    """The course that is played."""
    return Course.model_validate(tomllib.loads(_DATA.read_text("utf-8")))


@cache
def curve() -> Curve:
    """Its curve."""
    return Curve(course())
