"""Reads that many threads want at once and that may not come from a cache, gathered into a few; safe among threads."""

import threading
from collections.abc import Callable, Collection, Hashable, Mapping
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class _Round(Generic[K, V]):
    """Those who are answered by one read, and its outcome."""

    def __init__(self) -> None:
        self.keys: set[K] = set()
        self.answering = threading.Lock()
        self.found: Mapping[K, V] | None = None
        self.failure: Exception | None = None


class Gathered(Generic[K, V]):
    """Reads what threads ask for, one read at a time: who asks meanwhile is answered by the next, with all the others.

    Unlike a cache it never answers with what was read before it was asked: a read that has begun takes nobody in. Who
    is alone waits for nobody. `read` gets as many keys as threads ask, and leaves out what isn't there.
    """

    def __init__(self, read: Callable[[Collection[K]], Mapping[K, V]]) -> None:
        self._read = read
        self._next = _Round[K, V]()
        self._joining = threading.Lock()
        self._reading = threading.Lock()

    def get(self, key: K) -> V | None:
        """The value, read from now on; None where there is none. Raises what `read` raises."""
        with self._joining:
            joined = self._next
            joined.keys.add(key)
        with joined.answering:  # the first of them reads, the others find it done
            if joined.found is None and joined.failure is None:
                self._answer(joined)
        if joined.found is None:
            assert joined.failure is not None
            raise joined.failure
        return joined.found.get(key)

    def _answer(self, joined: _Round[K, V]) -> None:
        """Reads for all who have joined until the read before is over."""
        with self._reading:
            with self._joining:
                self._next = _Round()
            try:
                joined.found = self._read(joined.keys)
            except Exception as failure:
                joined.failure = failure
