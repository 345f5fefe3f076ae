"""Rate limits: per link, for the whole stage, and per key that fails again and again.

Never by address: schools and offices share one. Each process counts for itself, in memory; where many of them serve
a stage, what stands before them counts too (docs/adr/0017).
"""

from functools import cache

from chalicelib.kernel.errors import TooManyRequests
from chalicelib.kernel.rate_limiter import Limiter
from chalicelib.kernel.settings import settings


def admit(link: str) -> None:
    """Lets a ticket or a response pass through a link. Raises `TooManyRequests`."""
    wait_s = _links().take(link) or _stage().take(None)
    if wait_s:
        raise TooManyRequests("link_busy", wait_s)


def refuse_repeated(key_hash: str) -> None:
    """Refuses a key that has failed too often of late, before anybody looks it up. Raises `TooManyRequests`."""
    wait_s = _failures().wait_s(key_hash)
    if wait_s:
        raise TooManyRequests("key_busy", wait_s)


def note_failure(key_hash: str) -> None:
    """Counts a key that opened nothing."""
    _failures().take(key_hash)


@cache
def _links() -> Limiter[str]:
    return Limiter(settings().link_per_s, settings().link_burst)


@cache
def _stage() -> Limiter[None]:
    return Limiter(settings().stage_per_s, settings().stage_burst)


@cache
def _failures() -> Limiter[str]:
    return Limiter(settings().failures_per_s, settings().failures_burst)
