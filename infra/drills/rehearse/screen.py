"""What the person who watches sees: the curve as it grows, and how it goes."""

import sys
import time
from collections.abc import Iterable

from infra.drills.rehearse.cast import Cast
from infra.drills.rehearse.curve import course
from infra.drills.rehearse.journal import Journal
from infra.drills.rehearse.options import Options
from infra.drills.rehearse.timetable import shape

WIDTH = 48
_BLOCKS = " ▁▂▃▄▅▆▇█"
_REDRAW_S, _REPEAT_S = 0.25, 5.0
_RATE_OVER_S = 3.0
_CLEAR = "\r\x1b[2K"


def bars(counts: Iterable[int], tallest: int) -> str:
    """A row of blocks; whatever isn't nought can be seen."""
    steps = len(_BLOCKS) - 1
    return "".join(_BLOCKS[min(steps, -(-count * steps // max(tallest, 1)))] for count in counts)


class Screen:
    """One line, drawn again and again on a terminal, and said now and then elsewhere."""

    def __init__(self, options: Options, cast: Cast, planned: list[int]) -> None:
        self._options, self._cast, self._planned = options, cast, planned
        self._draws = sys.stdout.isatty()
        self._next = 0.0

    def show(self, journal: Journal) -> None:
        """Shows how it stands, where it is time to."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + (_REDRAW_S if self._draws else _REPEAT_S)
            line = self.line(journal, time.time())
            sys.stdout.write(_CLEAR + line if self._draws else line + "\n")
            sys.stdout.flush()

    def leave(self) -> None:
        """Lets what is said next begin on a line of its own."""
        if self._draws:
            sys.stdout.write("\n")

    def line(self, journal: Journal, now: float) -> str:
        """How it stands at `now`, in seconds since the epoch."""
        since = now - self._cast.opens_at
        come = [visit.received - self._cast.opens_at for visit in journal.visits if visit.received is not None]
        lately = sum(moment > since - _RATE_OVER_S for moment in come)
        drawn = bars(shape(come, WIDTH, self._options.seconds), max(self._planned))
        passed = min(WIDTH, max(0, int(since / self._options.seconds * WIDTH + 1)))
        strip = drawn[:passed] + "·" * (WIDTH - passed)
        figures = f"{len(come):,} of {self._options.responses:,} acknowledged, {lately / _RATE_OVER_S:.0f}/s"
        return f"{self._moment(since)} │{strip}│ {figures}, {journal.counted:,} counted"

    def _moment(self, since: float) -> str:
        if since < 0:
            return f"opens in {-since:4.0f} s    "
        if since > self._options.seconds:
            return f"closed for {since - self._options.seconds:3.0f} s   "
        begins, ends = course().span(self._options.span)
        at = course().at(begins + (ends - begins) * since / self._options.seconds)
        return f"day {(at.date() - course().opens_at.date()).days + 1:>2} {at:%a %H:%M}  "
