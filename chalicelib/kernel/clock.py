"""The only place that reads the clock; everybody else gets the time as an argument."""

import time


def now_ms() -> int:
    """This instant in milliseconds since 1970-01-01T00:00Z."""
    return time.time_ns() // 1_000_000
