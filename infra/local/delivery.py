"""Delivering records to a handler as Lambda's event source mapping does, with a tumbling window.

One `Delivery` per shard. Its windows follow the records' own times; the state that the handler returns is
handed back with the next invocation of the same window, and dropped after the window's last, empty one.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from chalice.local import LambdaContext

from infra.local.events import Event, stream_event
from infra.local.stream import sequence

WINDOW_S = 30
_LOG = logging.getLogger(__name__)
_TIMEOUT_MS = 60_000

Handler = Callable[[Event, Any], Any]
Window = tuple[int, int]


class DeliveryFailed(Exception):
    """The handler failed. `done` is the last sequence number before the failed record, if one precedes it."""

    def __init__(self, reason: str, done: str | None = None) -> None:
        super().__init__(reason)
        self.done = done


class Delivery:
    """Invokes `handler` with the records of one shard."""

    def __init__(self, handler: Handler, stream_arn: str, shard: str) -> None:
        self._handler = handler
        self._arn = stream_arn
        self._shard = shard
        self._window: Window | None = None
        self._state: dict[str, Any] = {}

    def deliver(self, records: Sequence[Event]) -> Iterator[str]:
        """Hands over the inserts among `records`, window by window.

        Yields the sequence number up to which all is done, as it grows. Raises `DeliveryFailed`.
        """
        for window, group in groupby(records, key=_window_of):
            batch = list(group)
            inserts = [record for record in batch if record["eventName"] == "INSERT"]
            if inserts:
                if window != self._window:
                    self._close_window()
                    self._window = window
                self._invoke(inserts, window)
            yield sequence(batch[-1])

    def close_if_over(self, now_s: float) -> None:
        """Closes the window that ended before `now_s`; to be called when there is nothing left to read."""
        if self._window is not None and self._window[1] <= now_s:
            self._close_window()

    def _close_window(self) -> None:
        if self._window is not None:
            self._invoke([], self._window, final=True)
            self._window, self._state = None, {}

    def _invoke(self, records: list[Event], window: Window, *, final: bool = False) -> None:
        event = stream_event(
            records, stream_arn=self._arn, shard=self._shard, window=window, state=self._state, final=final
        )
        context = LambdaContext("fold_counts", 512, max_runtime_ms=_TIMEOUT_MS)
        try:
            reply = self._handler(event, context)
        except Exception as error:
            _LOG.exception("fold_counts failed on %d records", len(records))
            raise DeliveryFailed(str(error)) from error
        failed = _first_failure(reply, [sequence(record) for record in records])
        if failed is not None:
            done = sequence(records[failed - 1]) if failed else None
            raise DeliveryFailed(f"fold_counts failed from record {failed + 1} of {len(records)} on", done)
        state = reply.get("state") if isinstance(reply, Mapping) else None
        self._state = dict(state) if isinstance(state, Mapping) else {}


def _window_of(record: Event) -> Window:
    second = int(record["dynamodb"].get("ApproximateCreationDateTime", time.time()))
    return second - second % WINDOW_S, second - second % WINDOW_S + WINDOW_S


def _first_failure(reply: Any, sequences: list[str]) -> int | None:
    """The index of the first failed record by `ReportBatchItemFailures`, as Lambda reads it; None for success.

    An empty or odd reply is a success; an identifier that is none of the batch's fails the whole batch.
    """
    failures = reply.get("batchItemFailures") if isinstance(reply, Mapping) else None
    if not failures:
        return None
    named = [failure.get("itemIdentifier") for failure in failures]
    return min((sequences.index(name) if name in sequences else 0) for name in named)
