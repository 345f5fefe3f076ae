"""A small read-through cache for configuration; safe among the threads of a worker."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Cached(Generic[K, V]):
    """Remembers what `read` answered, each key on its own; a failure is not remembered.

    A value's age counts from *before* it was read, so that it is never older than its reader believes.
    """

    def __init__(self, read: Callable[[K], V], most: int = 4096) -> None:
        self._read = read
        self._most = most
        self._values: OrderedDict[K, tuple[float, V]] = OrderedDict()
        self._reading = threading.Lock()

    def get(self, key: K, max_age_s: float) -> V:
        """The value, at most `max_age_s` old; one thread reads it, the others wait for that."""
        found = self._values.get(key)
        if found is not None and time.monotonic() - found[0] < max_age_s:
            return found[1]
        with self._reading:
            asked = time.monotonic()
            found = self._values.get(key)
            if found is not None and asked - found[0] < max_age_s:
                return found[1]
            value = self._read(key)
            self._values[key] = (asked, value)
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
            return value

    def forget(self, key: K) -> None:
        """Drops a value, after this worker has changed it."""
        self._values.pop(key, None)
