"""The read-through cache."""

import threading
import time

import pytest

from chalicelib.kernel.ttl_cache import Cached


def test_a_value_is_read_once_while_it_is_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """And again once it is older than its reader takes."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    reads: list[str] = []

    def read(key: str) -> int:
        reads.append(key)
        return len(reads)

    cache = Cached[str, int](read)

    first = [cache.get("a", 5), cache.get("a", 5), cache.get("b", 5)]
    now[0] += 5
    later = cache.get("a", 5), cache.get("b", 6)

    assert first == [1, 1, 2]
    assert later == (3, 2)


def test_age_counts_from_before_the_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A read that took long gives a value that is already that old."""
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    def slow(key: str) -> float:
        now[0] += 3
        return now[0]

    cache = Cached[str, float](slow)

    cache.get("a", 5)
    now[0] += 2

    assert cache.get("a", 5) == 108


def test_another_way_of_reading_is_taken_once_and_its_value_remembered() -> None:
    """It is taken only where something has to be read."""
    cache = Cached[str, str](lambda _: "plain")

    found = [cache.get("a", 60), cache.get("a", 60, str.upper), cache.get("a", 0, str.upper), cache.get("a", 60)]

    assert found == ["plain", "plain", "A", "A"]


def test_a_failure_is_not_remembered() -> None:
    """The next reader tries again."""
    answers = iter([KeyError("gone"), 7])

    def read(key: str) -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return int(str(answer))

    cache = Cached[str, int](read)

    with pytest.raises(KeyError):
        cache.get("a", 5)
    assert cache.get("a", 5) == 7


def test_many_threads_read_once_and_keys_do_not_wait_for_each_other() -> None:
    """While one key is being read, another is answered."""
    reading, go_on = threading.Event(), threading.Event()
    reads: list[str] = []

    def read(key: str) -> str:
        reads.append(key)
        if key == "slow":
            reading.set()
            go_on.wait(10)
        return key

    cache = Cached[str, str](read)
    others = next(name for name in map(str, range(200)) if hash(name) % 64 != hash("slow") % 64)
    threads = [threading.Thread(target=cache.get, args=("slow", 5)) for _ in range(8)]
    for thread in threads:
        thread.start()
    reading.wait(10)
    quick = cache.get(others, 5)
    go_on.set()
    for thread in threads:
        thread.join(10)

    assert quick == others
    assert reads.count("slow") == 1


def test_the_oldest_value_makes_room() -> None:
    """Memory is bounded."""
    reads: list[int] = []
    cache = Cached[int, None](reads.append, most=3)

    for key in (1, 2, 3, 4, 4, 2, 1):
        cache.get(key, 60)

    assert reads == [1, 2, 3, 4, 1]
