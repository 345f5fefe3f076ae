"""The one place that asks what time it is; everybody else is told."""

import time


def now_ms() -> int:
    """This instant in milliseconds since 1970-01-01T00:00Z."""
    return time.time_ns() // 1_000_000
