"""Reads gathered from many threads."""

import threading
import time
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.kernel.coalesced_reads import Gathered

PATIENCE_S = 10


class Held:
    """A read that ends when it is let go; `stored` is what it finds as it begins."""

    def __init__(self) -> None:
        self.stored = {"a": 1, "b": 2}
        self.reads: list[set[str]] = []
        self.begun = threading.Semaphore(0)
        self.go_on = threading.Semaphore(0)

    def __call__(self, keys: Collection[str]) -> Mapping[str, int]:
        self.reads.append(set(keys))
        found = {key: self.stored[key] for key in keys if key in self.stored}
        self.begun.release()
        assert self.go_on.acquire(timeout=PATIENCE_S)
        return found


def test_who_is_alone_reads_alone() -> None:
    """One after the other, each has a read of its own; what isn't there is None."""
    reads: list[set[str]] = []

    def read(keys: Collection[str]) -> Mapping[str, str]:
        reads.append(set(keys))
        return {key: key.upper() for key in keys if key != "gone"}

    gathered = Gathered(read)

    assert [gathered.get("a"), gathered.get("a"), gathered.get("gone")] == ["A", "A", None]
    assert reads == [{"a"}, {"a"}, {"gone"}]


def test_who_asks_while_a_read_is_under_way_shares_the_next_one() -> None:
    """All of them, whatever they ask for, and each gets its own."""
    held = Held()
    gathered = Gathered(held)
    with ThreadPoolExecutor(8) as threads:
        first = threads.submit(gathered.get, "a")
        assert held.begun.acquire(timeout=PATIENCE_S)
        others = [threads.submit(gathered.get, key) for key in ("a", "b", "gone")]
        while len(gathered._next.keys) < len(others):
            time.sleep(0.001)
        held.go_on.release(2)

        assert first.result(PATIENCE_S) == 1
        assert [other.result(PATIENCE_S) for other in others] == [1, 2, None]
    assert held.reads == [{"a"}, {"a", "b", "gone"}]


def test_nobody_is_told_what_was_read_before_they_asked() -> None:
    """What has changed by the time of the question shows in its answer."""
    held = Held()
    gathered = Gathered(held)
    with ThreadPoolExecutor(2) as threads:
        before = threads.submit(gathered.get, "a")
        assert held.begun.acquire(timeout=PATIENCE_S)
        held.stored["a"] = 7
        after = threads.submit(gathered.get, "a")
        held.go_on.release(2)

        assert (before.result(PATIENCE_S), after.result(PATIENCE_S)) == (1, 7)


def test_a_failure_reaches_all_who_share_it_and_nobody_else() -> None:
    """The next reader tries again."""
    fails = [True]

    def read(keys: Collection[str]) -> Mapping[str, int]:
        if fails.pop():
            raise LookupError("the table is away")
        return dict.fromkeys(keys, 1)

    gathered = Gathered(read)
    with pytest.raises(LookupError):
        gathered.get("a")
    fails.append(False)

    assert gathered.get("a") == 1
