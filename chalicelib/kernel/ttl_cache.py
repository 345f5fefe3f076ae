"""A small read-through cache for configuration; safe among the threads of a worker."""

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

CONFIG_TTL_S = 5.0
"""The most seconds that a worker may go on using the configuration that it has read: campaigns, links, keys."""

_STRIPES = 64


class Cached(Generic[K, V]):
    """Remembers what `read` answered, each key on its own; a failure is not remembered.

    A value's age counts from *before* it was read, so that it is never older than its reader believes.
    """

    def __init__(self, read: Callable[[K], V], most: int = 4096) -> None:
        self._read = read
        self._most = most
        self._values: dict[K, tuple[float, V]] = {}
        self._changing = threading.Lock()
        self._reading = [threading.Lock() for _ in range(_STRIPES)]

    def get(self, key: K, max_age_s: float, read: Callable[[K], V] | None = None) -> V:
        """The value, at most `max_age_s` old; one thread reads it, others that want the same wait for that.

        `read` is another way to read it, this once.
        """
        found = self._values.get(key)
        if found is not None and time.monotonic() - found[0] < max_age_s:
            return found[1]
        with self._reading[hash(key) % _STRIPES]:
            asked = time.monotonic()
            found = self._values.get(key)
            if found is not None and asked - found[0] < max_age_s:
                return found[1]
            value = (read or self._read)(key)
            self._remember(key, (asked, value))
            return value

    def forget(self, key: K) -> None:
        """Drops a value, after this worker has changed it."""
        with self._changing:
            self._values.pop(key, None)

    def _remember(self, key: K, value: tuple[float, V]) -> None:
        with self._changing:
            self._values.pop(key, None)
            self._values[key] = value
            while len(self._values) > self._most:
                del self._values[next(iter(self._values))]
