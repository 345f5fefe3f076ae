"""Moving what quiet shards' rows have counted into one settled row, so that a count stays a read of a few kilobytes.

A row that was moved keeps its watermark, and so counts nothing twice, whatever is delivered again later; only when
nothing can come any more it is dropped. Every write has the condition that nobody else has written meanwhile.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from chalicelib.counting.domain.tally import WATERMARK, total
from chalicelib.counting.store.tallies import COUNTED_AT, MOVED, ROUND, SETTLED, TallyRow, counters, packed, round_of
from chalicelib.kernel.store.dynamodb import Item
from chalicelib.kernel.store.writes import Write, commit

MOST_TOGETHER = 20
"""Rows moved in one transaction, which takes a hundred items. The settled row names them, so few keep it small."""


def move(owner: str, settled: Item | None, rows: Sequence[Item]) -> Item:
    """Moves the counts of shards' rows into the settled row, all or nothing; returns the settled row as it is then.

    Two write units for each KB of a row written. Raises `ConditionFailed` where one of them is no longer as it was.
    """
    sums = total([counters(settled or {}), *map(counters, rows)])
    latest = str(round_of(settled or {}) + 1)
    after: dict[str, Any] = {"pk": {"S": owner}, "sk": {"S": SETTLED}, ROUND: {"N": latest}}
    after |= {MOVED: {"SS": [row["sk"]["S"] for row in rows]}} | packed(sums)
    emptied = [
        {name: row[name] for name in ("pk", "sk", WATERMARK, COUNTED_AT)} | {ROUND: {"N": latest}} for row in rows
    ]
    commit(_put(after, _same_round(settled)), *map(_put, emptied, map(_same, rows)))
    return after


def drop(row: Item) -> None:
    """Removes a row that holds no counts any more. Raises `ConditionFailed` where it is no longer as it was."""
    arguments = {"TableName": TallyRow.Meta.table_name, "Key": {name: row[name] for name in ("pk", "sk")}}
    commit(Write(TallyRow, "Delete", arguments | _same(row)))


def _put(item: Mapping[str, Any], condition: Mapping[str, Any]) -> Write:
    return Write(TallyRow, "Put", {"TableName": TallyRow.Meta.table_name, "Item": item, **condition})


def _same(row: Item) -> dict[str, Any]:
    """Adding to a row moves its watermark; moving its counts changes its round."""
    return _holds(f"{WATERMARK} = :w AND " + _unchanged(ROUND, row), {":w": row[WATERMARK]}, row)


def _same_round(settled: Item | None) -> dict[str, Any]:
    return _holds(_unchanged(ROUND, settled or {}), {}, settled or {})


def _holds(condition: str, values: dict[str, Any], row: Item) -> dict[str, Any]:
    known = values | ({f":{ROUND}": row[ROUND]} if ROUND in row else {})
    return {"ConditionExpression": condition} | ({"ExpressionAttributeValues": known} if known else {})


def _unchanged(name: str, row: Item) -> str:
    return f"{name} = :{name}" if name in row else f"attribute_not_exists({name})"
