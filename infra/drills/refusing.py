"""What AWS does and the embedded engine doesn't: it refuses more units than a table or a partition key takes, and its
reads may lag behind.

`Limits` says no before a request is passed on, and learns from the answer what it has cost. `Replica` shows reads that
didn't ask for consistency what was there some seconds ago. Both work on the API's requests, whoever carries them.
Expressions above 4 KB, items above 400 KB and batches above 25 the engine refuses by itself.
"""

import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from chalicelib.tables import TABLES

Body = dict[str, Any]
Ask = Callable[[str, Body], Awaitable[Body]]
"""Sends a request of our own to the engine: operation and body; gives its answer."""

KEYS: dict[str, tuple[str, ...]] = {
    str(model.Meta.table_name): tuple(
        key["AttributeName"] for key in sorted(model._get_schema()["key_schema"], key=lambda one: str(one["KeyType"]))
    )
    for model in TABLES
}
"""The key's attributes, the partition key first, by table."""
WRITES = {"PutItem", "UpdateItem", "DeleteItem"}
READS = {"GetItem", "Query", "Scan"}
_UNIT = 1_024
"""Bytes that a write unit writes."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Units a second, and for how many seconds' worth may be used at once. AWS's for a new table on demand:
    https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html"""

    table_writes: float = 4_000
    table_reads: float = 12_000
    key_writes: float = 1_000
    key_reads: float = 3_000
    burst_s: float = 5


@dataclass(slots=True)
class _Bucket:
    rate: float
    most: float
    left: float
    at: float

    def refill(self, now: float) -> None:
        self.left, self.at = min(self.most, self.left + (now - self.at) * self.rate), now


@dataclass
class Limits:
    """Buckets of units, by table and by partition key. A request passes where there is something left, and takes what
    it has cost, below nothing if need be: as on AWS, one large request is not refused for its size."""

    figures: Figures = Figures()
    _buckets: dict[tuple[str, str, str], _Bucket] = field(default_factory=dict)

    def admits(self, operation: str, body: Body) -> bool:
        """Whether AWS would take it now."""
        return all(bucket.left > 0 for bucket in self._of(operation, body))

    def charge(self, operation: str, body: Body, units: float) -> None:
        """Takes what it has cost."""
        for bucket in self._of(operation, body):
            bucket.left -= units

    def share(self, body: Body) -> tuple[Body, Body]:
        """A BatchWriteItem's requests: what passes, and is charged by its size, and what AWS gives back unprocessed."""
        passed: Body = {}
        back: Body = {}
        for table, requests in body["RequestItems"].items():
            for request in requests:
                [(kind, inner)] = request.items()
                one = inner | {"TableName": table}
                admitted = self.admits("PutItem", one)
                if admitted:
                    self.charge("PutItem", one, -(-len(json.dumps(inner)) // _UNIT) if kind == "PutRequest" else 1)
                (passed if admitted else back).setdefault(table, []).append(request)
        return passed, back

    def _of(self, operation: str, body: Body) -> Iterator[_Bucket]:
        kind = "writes" if operation in WRITES else "reads"
        table = str(body.get("TableName", ""))
        yield self._bucket(kind, table, "")
        if key := partition_key(operation, body):
            yield self._bucket(kind, table, key)

    def _bucket(self, kind: str, table: str, key: str) -> _Bucket:
        now = time.monotonic()
        rate = getattr(self.figures, f"{'key' if key else 'table'}_{kind}")
        most = rate * self.figures.burst_s
        bucket = self._buckets.setdefault((kind, table, key), _Bucket(rate, most, most, now))
        bucket.refill(now)
        return bucket


def partition_key(operation: str, body: Body) -> str:
    """The value of the partition key that a request is about; empty where it is about the whole table."""
    names = KEYS.get(str(body.get("TableName", "")))
    if names is None or operation == "Scan" or "IndexName" in body:
        return ""
    if operation == "Query":
        values = body.get("ExpressionAttributeValues", {})
        return json.dumps(next(iter(values.values()), ""))
    where = body.get("Item") or body.get("Key") or {}
    return json.dumps(where.get(names[0], ""))


def _units(answer: Body) -> float:
    consumed = answer.get("ConsumedCapacity", 0)
    return float(consumed["CapacityUnits"]) if isinstance(consumed, dict) else 0.0


@dataclass
class Replica:
    """What items were before they were written to, for as long as reads lag."""

    lag_s: float = 2.0
    _before: dict[tuple[str, str], list[tuple[float, Body | None]]] = field(default_factory=dict)

    async def note(self, operation: str, body: Body, ask: Ask) -> None:
        """Before a write: remembers what is there."""
        for table, key in _written(operation, body):
            answer = await ask("GetItem", {"TableName": table, "Key": key, "ConsistentRead": True})
            images = self._before.setdefault((table, json.dumps(key, sort_keys=True)), [])
            images.append((time.monotonic(), answer.get("Item")))

    def show(self, operation: str, body: Body, answer: Body) -> Body:
        """The answer to a read, as a replica would give it that is behind."""
        if operation not in READS or body.get("ConsistentRead"):
            return answer
        table = str(body["TableName"])
        if operation == "GetItem":
            key = json.dumps(body["Key"], sort_keys=True)
            return self._one(table, key, answer)
        items = [self._older(table, _key_of(table, item), item) for item in answer.get("Items", ())]
        found = [item for item in items if item is not None]
        return answer | {"Items": found, "Count": len(found)}

    def _one(self, table: str, key: str, answer: Body) -> Body:
        item = self._older(table, key, answer.get("Item"))
        rest = {name: value for name, value in answer.items() if name != "Item"}
        return rest if item is None else rest | {"Item": item}

    def _older(self, table: str, key: str, item: Body | None) -> Body | None:
        since = time.monotonic() - self.lag_s
        images = [image for image in self._before.get((table, key), ()) if image[0] >= since]
        self._before[(table, key)] = images
        return images[0][1] if images else item


def _key_of(table: str, item: Body) -> str:
    names = KEYS.get(table, ())
    return json.dumps({name: item[name] for name in names if name in item}, sort_keys=True)


def _written(operation: str, body: Body) -> Iterator[tuple[str, Body]]:
    """Table and key of everything that a request writes to."""
    if operation == "TransactWriteItems":
        for one in body["TransactItems"]:
            for kind, inner in one.items():
                if kind != "ConditionCheck":
                    yield from _written(f"{kind}Item" if kind != "Put" else "PutItem", inner)
    elif operation in WRITES and (names := KEYS.get(str(body["TableName"]))):
        where = body.get("Item") or body["Key"]
        yield str(body["TableName"]), {name: where[name] for name in names}


@dataclass
class Refusing:
    """What is refused at present; nothing at first."""

    limits: Limits | None = None
    replica: Replica | None = None
    struck: Counter[str] = field(default_factory=Counter)
    """How often it has refused, or shown something older."""

    async def carry(self, operation: str, body: Body, ask: Ask) -> Body | None:
        """The engine's answer to a request, as AWS would give it; None: it is throttled. `ask` may raise."""
        if self.limits is not None and operation == "BatchWriteItem":
            return await self._batch(self.limits, body, ask)
        if self.limits is not None and not self.limits.admits(operation, body):
            self.struck["refused"] += 1
            return None
        if self.replica is not None:
            await self.replica.note(operation, body, ask)
        wanted = body.get("ReturnConsumedCapacity", "NONE")
        counted = operation in WRITES | READS
        answer = await ask(operation, body | {"ReturnConsumedCapacity": "TOTAL"} if counted else body)
        if self.limits is not None:
            self.limits.charge(operation, body, _units(answer))
        if counted and wanted == "NONE":
            answer = {name: value for name, value in answer.items() if name != "ConsumedCapacity"}
        if self.replica is None:
            return answer
        shown = self.replica.show(operation, body, answer)
        self.struck["lagged"] += shown != answer
        return shown

    async def _batch(self, limits: Limits, body: Body, ask: Ask) -> Body | None:
        passed, back = limits.share(body)
        self.struck["refused"] += bool(back)
        answer = await ask("BatchWriteItem", body | {"RequestItems": passed}) if passed else None
        return answer and answer | {"UnprocessedItems": answer.get("UnprocessedItems", {}) | back}

    def turn(self, kind: str, *, on: bool) -> bool:
        """Switches one of `SWITCHES` on or off; says whether it is one."""
        if kind not in SWITCHES:
            return False
        if kind == "lagging-reads":
            self.replica = Replica() if on else None
        else:
            self.limits = Limits(SWITCHES[kind]) if on else None
        return True

    @property
    def on(self) -> bool:
        """Whether anything is refused."""
        return self.limits is not None or self.replica is not None


SWITCHES = {
    "limits": Figures(),
    "throttled-key": Figures(key_writes=2, key_reads=20, burst_s=1),
    "lagging-reads": Figures(),
}
"""What can be switched on: AWS's limits; one partition key's so low that every busy key is throttled; lagging reads."""
