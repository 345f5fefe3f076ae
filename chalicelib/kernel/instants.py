"""Instants and Shanghai's wall.

Instants are integers: milliseconds since 1970-01-01T00:00Z. The wall is Shanghai's: a fixed +08:00, since China has no
daylight saving and some runtimes ship no time-zone database.
"""

from datetime import datetime, timedelta, timezone

DAY_MS = 86_400_000
SHANGHAI = timezone(timedelta(hours=8), "CST")


def shanghai(instant_ms: int) -> datetime:
    """`instant_ms` on Shanghai's wall."""
    return datetime.fromtimestamp(instant_ms // 1000, SHANGHAI).replace(microsecond=instant_ms % 1000 * 1000)


def end_of(instant_ms: int) -> tuple[datetime, str]:
    """The day and the time at which something ends: a midnight is the 24:00 of the day that ends with it."""
    wall = shanghai(instant_ms)
    if (wall.hour, wall.minute) == (0, 0):
        return shanghai(instant_ms - DAY_MS), "24:00"
    return wall, f"{wall:%H:%M}"


def rfc3339(instant_ms: int) -> str:
    """`instant_ms` as `2021-08-03T09:00:00.000+08:00`."""
    return shanghai(instant_ms).isoformat(timespec="milliseconds")


def from_rfc3339(text: str) -> int:
    """The instant in ms of `2021-08-03T01:00:00Z`. Raises `ValueError`."""
    return to_ms(datetime.fromisoformat(text))


def to_ms(instant: datetime) -> int:
    """Milliseconds since the epoch of an aware datetime."""
    return round(instant.timestamp() * 1000)
