"""The only place that reads the clock; everybody else gets the time as an argument."""

import time


def steady_ms() -> int:
    """Milliseconds since this machine was started; nobody can set it, and all its processes see the same."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // 1_000_000


def now_ms() -> int:
    """This instant in milliseconds since 1970-01-01T00:00Z."""
    return time.time_ns() // 1_000_000
