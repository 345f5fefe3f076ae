"""The one-machine run's ticks: they come side by side, as EventBridge's do."""

import threading
from typing import Any

from infra.local.ticker import MOST_AT_ONCE, Ticker

PATIENCE_S = 10


def test_a_long_job_keeps_no_tick_from_coming() -> None:
    """While one is at it, the next does what is due beside it."""
    long_ended, beside = threading.Event(), threading.Event()
    works = iter([lambda: long_ended.wait(PATIENCE_S), beside.set])
    ticker = Ticker(lambda _event, _context: next(works)(), "cn-north-1")

    ticker.begin()
    ticker.begin()

    assert beside.wait(PATIENCE_S)
    long_ended.set()


def test_no_more_than_so_many_at_once() -> None:
    """Where all are busy a tick is left out; once one has ended, the next comes, also where it ended with an error."""
    begun = threading.Semaphore(0)
    end = threading.Event()

    def work(_event: Any, _context: Any) -> None:
        begun.release()
        end.wait(PATIENCE_S)
        raise RuntimeError("a job failed")

    ticker = Ticker(work, "cn-north-1")
    for _ in range(MOST_AT_ONCE + 2):
        ticker.begin()
    for _ in range(MOST_AT_ONCE):
        assert begun.acquire(timeout=PATIENCE_S)
    assert not begun.acquire(blocking=False)

    end.set()
    while not begun.acquire(timeout=0.01):
        ticker.begin()
