"""Who comes when: the curve drawn as single visits. The seed decides it. Pure."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from infra.drills.rehearse.curve import Course, Curve


@dataclass(frozen=True, slots=True)
class Visit:
    """One netizen's visit."""

    due_s: float
    """Seconds after the opening, as played."""
    hour: float
    """Hours after the opening, as the campaign has them."""


def timetable(curve: Curve, span: str, responses: int, seconds: float, seed: int) -> list[Visit]:
    """`responses` visits in order: one in each of as many equal shares of the span, at a random place within.

    So every part of the curve gets as many as it is due, to within one, and the number is exact.
    """
    begins_h, ends_h = curve.course.span(span)
    least, most = curve.share(begins_h), curve.share(ends_h)
    rng = Random(f"{seed}-visits")
    visits = []
    for number in range(responses):
        hour = curve.hour(least + (most - least) * (number + rng.random()) / responses)
        visits.append(Visit((hour - begins_h) / (ends_h - begins_h) * seconds, hour))
    return visits


def sizes(course: Course, seed: int) -> list[float]:
    """The units' shares of the responses, unevenly, in no particular order; they add up to 1."""
    ranks = [1 / rank**course.zipf for rank in range(1, course.units + 1)]
    Random(f"{seed}-units").shuffle(ranks)
    total = sum(ranks)
    return [rank / total for rank in ranks]


def busiest_second(visits: Iterable[Visit]) -> int:
    """The most visits that are due in one second."""
    return max(Counter(int(visit.due_s) for visit in visits).values())


def shape(moments: Iterable[float], width: int, over: float) -> list[int]:
    """How many of `moments` lie in each of `width` equal parts of 0 to `over`."""
    counts = [0] * width
    for moment in moments:
        counts[min(width - 1, max(0, int(moment / over * width)))] += 1
    return counts
