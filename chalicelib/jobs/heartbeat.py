"""Keeping a lease through a step that may take longer than it lasts, as long as the work comes further.

    with kept(lease) as going_on:
        assemble(…, going_on)          # calls it with every megabyte

A thread renews the lease meanwhile. Where the work stands still for five minutes, it stops and gives the lease up: a
call that hangs must not keep a job for ever.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from chalicelib.jobs.job import LEASE_MS
from chalicelib.jobs.jobs import Cancelled, Lease, LeaseLost
from chalicelib.kernel.clock import now_ms

log = logging.getLogger(__name__)

BEAT_S = LEASE_MS / 3_000
STILL_MS = 5 * 60_000


class Pulse:
    """How far the work has come, and whether the lease is still worth renewing."""

    def __init__(self, lease: Lease[Any], at_ms: int) -> None:
        self._lease = lease
        self._position = self._seen = 0
        self._moved_at = at_ms
        self._stop: Exception | None = None

    def going_on(self) -> None:
        """The work has come further. Called by its thread alone. Raises what the last beat has met, if it was the last:
        `LeaseLost`, `Cancelled`."""
        self._position += 1
        if self._stop is not None:
            raise self._stop

    def beat(self, at_ms: int) -> bool:
        """Renews the lease, and says whether there is to be another beat. Called by the heart's thread alone."""
        if self._position != self._seen:
            self._seen, self._moved_at = self._position, at_ms
        if at_ms - self._moved_at >= STILL_MS:
            log.error("job failed: %s stands still", self._lease.job.id)
            self._lease.lost = True
        try:
            self._lease.renew(at_ms)
        except (LeaseLost, Cancelled) as stop:
            self._stop = stop
        except Exception:  # a call that failed: the lease outlasts two more beats
            log.exception("a lease was not renewed; the next beat tries again")
        return self._stop is None


@contextmanager
def kept(
    lease: Lease[Any],
    clock: Callable[[], int] = now_ms,
    wait: Callable[[Event], bool] = lambda ended: ended.wait(BEAT_S),
) -> Iterator[Callable[[], None]]:
    """Keeps a lease while the block calls what it is given, at least once in five minutes. Where the lease was lost or
    the job cancelled, the next such call or the next save raises `LeaseLost`, `Cancelled`."""
    pulse, ended = Pulse(lease, clock()), Event()

    def heart() -> None:
        while not wait(ended) and pulse.beat(clock()):
            pass

    thread = Thread(target=heart, daemon=True)
    thread.start()
    try:
        yield pulse.going_on
    finally:
        ended.set()
        thread.join()
