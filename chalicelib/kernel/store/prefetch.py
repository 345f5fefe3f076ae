"""Prefetching: the next item is fetched while the current one is worked on."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def one_ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items in the same order, each asked for in another thread while its forerunner is used.

    What `items` raises is raised in its place. Who stops early waits for the one on its way.
    """
    with ThreadPoolExecutor(max_workers=1) as helper:
        coming = helper.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = helper.submit(next, items, None)
            yield item
