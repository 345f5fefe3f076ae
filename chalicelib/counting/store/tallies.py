"""The tallies table: counts by unit (or nation) and stream shard, and the sealed figures.

A row's key is `campaign#unit` and its kind: a shard's id, `SETTLED` for what quiet shards' rows held before it was
moved there (see `counting.store.settled`), `REPAIR` for hours that a recount has set, `VERDICTS` for what the last
judging found invalid, or `FINAL` for the figures of the seal's recount.
"""

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.operand import Path
from pynamodb.expressions.update import Action

from chalicelib.counting.domain.tally import WATERMARK
from chalicelib.kernel.store.dynamodb import ConditionFailed, Item, Table, TableMeta, client, table_name, write_if
from chalicelib.kernel.store.writes import Write, commit, update

FINAL = "final"
REPAIR = "repair"
VERDICTS = "verdicts"
SETTLED = "settled"
COUNTED_AT = "c"
"""When a shard's row was last added to, ms since the epoch, as text."""
ROUND = "m"
"""Of the settled row: how often rows were moved into it. Of a shard's row: in which of these rounds it was."""
MOVED = "a"
"""Of the settled row: the shards whose rows its latest round moved."""
_KEYS = {"pk", "sk", WATERMARK, ROUND}
_PACKED = "z"
"""Of a row that is only ever written whole: its counters, see `packed`."""


class TallyRow(Table):
    """A row of counts; the counters are flat attributes named by `counting.domain.tally.increments`."""

    class Meta(TableMeta):
        table_name = table_name("tallies")

    owner = UnicodeAttribute(hash_key=True, attr_name="pk")
    kind = UnicodeAttribute(range_key=True, attr_name="sk")
    watermark = UnicodeAttribute(attr_name=WATERMARK, null=True)
    collected = NumberAttribute(attr_name="n", null=True)
    stored_at = UnicodeAttribute(attr_name="s", null=True)
    counted_at = UnicodeAttribute(attr_name=COUNTED_AT, null=True)
    """Texts, since a number would be taken for a counter."""


@dataclass(frozen=True, slots=True)
class Followed:
    """How far a shard was counted; times in ms, 0 where they are not known."""

    shard: str
    watermark: str
    collected: int
    stored_at: int
    counted_at: int


class Conflict(Exception):
    """The row's watermark is another than was thought. `watermark` is the stored one; None: there is no row."""

    def __init__(self, watermark: str | None) -> None:
        super().__init__(f"the row's watermark is {watermark}")
        self.watermark = watermark


def owner(campaign: str, unit: str) -> str:
    """The key of a unit's rows, or of the nation's."""
    return f"{campaign}#{unit}"


def add(
    key: tuple[str, str],
    seen: str | None,
    watermark: str,
    increments: Mapping[str, int],
    counted_at: int | None = None,
    stored_at: int | None = None,
) -> None:
    """Adds to the row `(owner, shard)` and moves its watermark, if that is still `seen` (None: no row yet).

    When it is counted and when the last of them was stored (ms) are kept, for people to look at; the row can be settled
    only where it is known when it was written. One write unit while the row is within 1 KB. Raises `Conflict` with the
    stored watermark, and then nothing has changed.
    """
    row = TallyRow(*key)
    unchanged = TallyRow.owner.does_not_exist() if seen is None else TallyRow.watermark == seen
    # A one-element path: names hold colons, and a plain string would be split at dots.
    actions: list[Action] = [Path([name]).add({"N": str(n)}) for name, n in increments.items()]
    actions.append(TallyRow.watermark.set(watermark))
    times = ((TallyRow.counted_at, counted_at), (TallyRow.stored_at, stored_at))
    actions += [attribute.set(str(at)) for attribute, at in times if at is not None]
    arguments = row.get_update_kwargs_from_instance(
        actions=actions,
        condition=unchanged,
        return_values_on_condition_failure="ALL_OLD",
    )
    try:
        write_if(TallyRow, "update_item", arguments)
    except ConditionFailed as failed:
        raise Conflict(failed.item[WATERMARK]["S"] if failed.item else None) from None


def read(campaign: str, unit: str, *, consistent: bool = False) -> dict[str, dict[str, int]]:
    """A unit's rows by kind, each by attribute. One Query; half a read unit per 4 KB, or one if `consistent`."""
    rows = without_moved_rows(items(campaign, unit, consistent=consistent))
    while rows is None:
        rows = without_moved_rows(items(campaign, unit, consistent=True))
    return {item["sk"]["S"]: counters(item) for item in rows}


def items(campaign: str, unit: str, *, consistent: bool = False) -> list[Item]:
    """A unit's rows as they are stored."""
    pages = (
        client(TallyRow)
        .get_paginator("query")
        .paginate(
            TableName=TallyRow.Meta.table_name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": owner(campaign, unit)}},
            ConsistentRead=consistent,
        )
    )
    return [item for page in pages for item in page["Items"]]


def without_moved_rows(rows: list[Item]) -> list[Item] | None:
    """The rows without those whose counts the settled row holds as well; None where it lacks some, so: read again.

    A query may come between the writes of a transaction. The settled row names what its latest round moved, and each
    row moved names its round, so what belongs together can be recognised.
    """
    settled = next((item for item in rows if item["sk"]["S"] == SETTLED), {})
    latest, moved = round_of(settled), last_moved(settled)
    if any(round_of(item) > latest for item in rows):
        return None
    return [item for item in rows if item["sk"]["S"] not in moved or round_of(item) == latest]


def last_moved(settled: Item) -> frozenset[str]:
    """The shards whose rows the settled row's latest round moved."""
    return frozenset(settled[MOVED]["SS"] if MOVED in settled else ())


def round_of(item: Item) -> int:
    """In which round a row was last moved, or the settled row last added to; 0: never."""
    return int(item[ROUND]["N"]) if ROUND in item else 0


def followed(campaign: str, unit: str) -> list[Followed]:
    """How far each shard was counted for a unit or the nation."""
    return [
        Followed(row.kind, row.watermark, int(row.collected or 0), int(row.stored_at or 0), int(row.counted_at or 0))
        for row in TallyRow.query(owner(campaign, unit), consistent_read=True)
        if row.watermark is not None
    ]


def put_final(campaign: str, unit: str, counters: Mapping[str, int]) -> None:
    """Sets the figures that the seal publishes for a unit; doing it again changes nothing."""
    _put(campaign, unit, FINAL, counters)


def put_verdicts(campaign: str, unit: str, counters: Mapping[str, int]) -> None:
    """Sets what was found invalid of a unit's responses beyond acceptance; doing it again changes nothing."""
    _put(campaign, unit, VERDICTS, counters)


def _put(campaign: str, unit: str, kind: str, counters: Mapping[str, int]) -> None:
    key = {"pk": {"S": owner(campaign, unit)}, "sk": {"S": kind}}
    client(TallyRow).put_item(TableName=TallyRow.Meta.table_name, Item=key | packed(counters))


def repair(campaign: str, unit: str, hours: Mapping[str, int], *beside: Write) -> None:
    """Sets hours of a unit to what a recount found, together with other writes; doing it again changes nothing."""
    row = TallyRow(owner(campaign, unit), REPAIR)
    actions: list[Action] = [Path([name]).set({"N": str(n)}) for name, n in hours.items()]
    commit(update(row, actions), *beside)


def counters(item: Item) -> dict[str, int]:
    """What a row counts, by attribute."""
    flat = {name: int(value["N"]) for name, value in item.items() if name not in _KEYS and "N" in value}
    return flat | _unpacked(item) if _PACKED in item else flat


def packed(counters: Mapping[str, int]) -> dict[str, dict[str, str]]:
    """Counters as one attribute: JSON, deflated, as Base64 text.

    Nine days' are some 450, in a third of the bytes, and so of the read units; and an engine needn't go through each.
    """
    plain = json.dumps(counters, separators=(",", ":"), sort_keys=True).encode()
    return {_PACKED: {"S": b64encode(zlib.compress(plain)).decode()}}


def _unpacked(item: Item) -> dict[str, int]:
    found: dict[str, int] = json.loads(zlib.decompress(b64decode(item[_PACKED]["S"])))
    return found
