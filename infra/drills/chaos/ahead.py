"""A ticker whose clock is weeks ahead: `python -m infra.drills.chaos.ahead`.

The clock that counts from the machine's start stays as it is, as where somebody sets the time.
"""

import time
from datetime import datetime, timedelta, tzinfo
from typing import Self

from infra.local import ticker

AHEAD = timedelta(days=20)
"""Longer than any window."""


class _Ahead(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        """Weeks ahead."""
        return super().now(tz) + AHEAD


def main() -> None:
    """Ticks for ever."""
    nanoseconds, seconds = time.time_ns, time.time
    time.time_ns = lambda: nanoseconds() + int(AHEAD.total_seconds()) * 10**9
    time.time = lambda: seconds() + AHEAD.total_seconds()
    vars(ticker)["datetime"] = _Ahead
    ticker.main()


if __name__ == "__main__":
    main()
