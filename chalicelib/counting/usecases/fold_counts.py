"""Folding the responses' stream into tallies: each stored response is counted exactly once.

The event is Lambda's for a DynamoDB stream with a tumbling window; the window is there only because it makes Lambda
name the shard. Any failure is raised: the batch comes again, and rows that have counted it already let it pass.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.collection.responses import Unreadable
from chalicelib.counting.domain.tally import (
    NATION,
    Counted,
    after,
    first_piece,
    increments,
    rows_of,
    watermark_of,
)
from chalicelib.counting.store import set_aside, tallies
from chalicelib.counting.store.counted import read_counted
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.settings import settings

log = logging.getLogger(__name__)

Key = tuple[str, str]
"""A row's: owner and shard."""

_MOST_WATERMARKS = 50_000


class ShardUnknown(RuntimeError):
    """The event doesn't say which shard it is from: the mapping has no tumbling window. Counting would be wrong."""


class Folding:
    """One worker's folding. It remembers watermarks, so that a warm worker reads nothing.

    What it remembers is only ever a guess, which each write's condition proves.
    """

    def __init__(self) -> None:
        self._watermarks: dict[Key, str] = {}

    def fold(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """Counts a batch; returns the reply that Lambda expects of a tumbling window.

        Raises `ShardUnknown`, and whatever the tables raise; then nothing is lost and nothing counted twice.
        """
        shard = event.get("shardId") or settings().only_shard
        if not shard:
            raise ShardUnknown("no shardId in the event: give the stream's mapping a tumbling window")
        batch = event.get("Records", ())
        stored_at = _stored_at(batch)
        for (campaign, unit), records in rows_of(_readable(shard, batch)).items():
            self._count((tallies.owner(campaign, unit), shard), records, stored_at if unit == NATION else None)
        return {"state": {}, "batchItemFailures": []}

    def _count(self, key: Key, records: Sequence[Counted], stored_at: int | None) -> None:
        """Adds to one row what it hasn't counted yet; the nation's row also notes when the last of them was stored."""
        national = stored_at is not None
        seen = self._watermarks.get(key)
        while fresh := after(seen, records):
            piece = first_piece(fresh, national=national)
            watermark = watermark_of(piece)
            try:
                tallies.add(key, seen, watermark, increments(piece, national=national), now_ms(), stored_at)
            except tallies.Conflict as overtaken:
                seen = overtaken.watermark
            else:
                seen = watermark
        self._remember(key, seen)

    def _remember(self, key: Key, watermark: str | None) -> None:
        if len(self._watermarks) >= _MOST_WATERMARKS:
            self._watermarks.clear()
        if watermark is not None:
            self._watermarks[key] = watermark


_this_worker = Folding()


def fold_counts(event: Mapping[str, Any]) -> dict[str, Any]:
    """Folds a batch in this worker, see `Folding.fold`."""
    return _this_worker.fold(event)


def _stored_at(records: Sequence[Mapping[str, Any]]) -> int:
    """When the last of these was stored (ms), which the stream gives to the second; 0 if it doesn't."""
    return max((int(r["dynamodb"].get("ApproximateCreationDateTime", 0) * 1000) for r in records), default=0)


def _readable(shard: str, records: Sequence[Mapping[str, Any]]) -> list[Counted]:
    """The records that can be read; the others are set aside, before any watermark passes them."""
    readable = []
    for record in records:
        if record.get("eventName", "INSERT") != "INSERT":
            continue
        sequence = record["dynamodb"]["SequenceNumber"]
        try:
            readable.append(read_counted(record["dynamodb"].get("NewImage", {}), int(sequence)))
        except Unreadable as unreadable:
            set_aside.put(shard, sequence, str(unreadable), record)
            log.error("set aside: record %s of shard %s", sequence, shard)  # noqa: TRY400 - its words may quote it
    return readable
