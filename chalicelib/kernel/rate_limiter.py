"""How much of something is let pass, by key: a token bucket in one number (GCRA, ITU-T I.371) of this process."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)


class Limiter(Generic[K]):
    """Lets `burst` pass at once, and `per_s` in the long run, of each key on its own; safe among threads.

    For each of at most `most` keys it remembers one number: the instant at which the bucket will be full again. The
    keys that were quiet the longest are forgotten first, which only ever lets more pass.
    """

    def __init__(
        self, per_s: float, burst: int, most: int = 16_384, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._interval = 1 / per_s
        self._depth = burst / per_s
        self._most = most
        self._clock = clock
        self._full_at: dict[K, float] = {}
        self._changing = threading.Lock()

    def wait_s(self, key: K) -> float:
        """How long until one more would pass: 0 for at once. Counts nothing, and takes no lock."""
        full_at = self._full_at.get(key)
        return 0.0 if full_at is None else max(0.0, full_at + self._interval - self._depth - self._clock())

    def take(self, key: K) -> float:
        """Lets one pass (0), or says how many seconds it should wait; who has to wait isn't counted."""
        with self._changing:
            now = self._clock()
            full_at = max(now, self._full_at.get(key, now)) + self._interval
            wait = full_at - self._depth - now
            if wait > self._interval / 2**20:  # a hair, so that no rounding refuses what exactly fits
                return wait
            self._full_at.pop(key, None)
            self._full_at[key] = full_at
            if len(self._full_at) > self._most:
                del self._full_at[next(iter(self._full_at))]
            return 0.0
