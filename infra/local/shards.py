"""From the shards of a stream to the handler: read, deliver, remember how far that was."""

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from infra.local.checkpoint import Checkpoint
from infra.local.delivery import Delivery, DeliveryFailed, Handler
from infra.local.events import Event
from infra.local.stream import ShardReader, sequence, shards

if TYPE_CHECKING:
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient

_LOOK_FOR_SHARDS_S = 10.0


@dataclass(frozen=True)
class Rehearsal:
    """Faults that AWS may commit any time, to be had on purpose."""

    redeliver: float = 0.0
    """The share of reads after which a part is read and delivered again, cut elsewhere; from 0 to below 1."""
    delay_ms: int = 0
    """Each delivery waits a random time up to this."""
    dice: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        if not (0 <= self.redeliver < 1 and self.delay_ms >= 0):
            raise ValueError("PUMP_REDELIVER is from 0 to below 1, PUMP_DELAY_MS from 0 up")

    def again_from(self, count: int) -> int | None:
        """Of a read of so many records, the place of the first that comes again; None where none is to."""
        return self.dice.randrange(count) if self.dice.random() < self.redeliver else None

    def delay_s(self) -> float:
        """How long the next delivery waits."""
        return self.dice.random() * self.delay_ms / 1000


class ShardPump:
    """Reads one shard, delivers, and moves the checkpoint once a delivery has succeeded."""

    def __init__(self, reader: ShardReader, delivery: Delivery, checkpoint: Checkpoint, rehearsal: Rehearsal) -> None:
        self.reader = reader
        self._delivery = delivery
        self._checkpoint = checkpoint
        self._rehearsal = rehearsal

    def step(self) -> None:
        """One read and its deliveries. Raises `DeliveryFailed` or botocore's errors; neither skips anything."""
        try:
            records = self.reader.read()
            if records:
                self._deliver(records)
            else:
                self._delivery.close_if_over(time.time())
        except DeliveryFailed as failure:
            if failure.done is not None:
                self._checkpoint.advance(self.reader.shard, failure.done)
            self.reader.back_to(self._checkpoint.position(self.reader.shard))
            raise

    def _deliver(self, records: Sequence[Event]) -> None:
        shard = self.reader.shard
        again = self._rehearsal.again_from(len(records))
        time.sleep(self._rehearsal.delay_s())
        for done in self._delivery.deliver(records):
            if again is None:
                self._checkpoint.advance(shard, done)
        if again is not None:
            if again > 0:
                self._checkpoint.advance(shard, sequence(records[again - 1]))
            self.reader.back_to(self._checkpoint.position(shard))


class Pump:
    """All shards of one stream; a child shard is begun when its parent was delivered to its end.

    `gapless`: see `ShardReader`.
    """

    def __init__(
        self,
        client: "DynamoDBStreamsClient",
        arn: str,
        handler: Handler,
        checkpoint: Checkpoint,
        *,
        gapless: bool,
        rehearsal: Rehearsal = Rehearsal(),
    ) -> None:
        self._client = client
        self._arn = arn
        self._handler = handler
        self._checkpoint = checkpoint
        self._gapless = gapless
        self._rehearsal = rehearsal
        self._open: dict[str, ShardPump] = {}
        self._looked = float("-inf")

    def step(self) -> None:
        """One round over the shards. Raises like `ShardPump.step`."""
        if time.monotonic() - self._looked > _LOOK_FOR_SHARDS_S:
            self._look_for_shards()
        for shard, pump in list(self._open.items()):
            pump.step()
            if pump.reader.at_end:
                self._checkpoint.finish(shard)
                del self._open[shard]
                self._looked = float("-inf")

    def _look_for_shards(self) -> None:
        listed = dict(shards(self._client, self._arn))
        for shard, parent in listed.items():
            waiting = parent in listed and not self._checkpoint.is_finished(str(parent))
            if shard not in self._open and not waiting and not self._checkpoint.is_finished(shard):
                self._open[shard] = self._begin(shard)
        self._looked = time.monotonic()

    def _begin(self, shard: str) -> ShardPump:
        position = self._checkpoint.position(shard)
        reader = ShardReader(self._client, self._arn, shard, position, gapless=self._gapless)
        delivery = Delivery(self._handler, self._arn, shard)
        return ShardPump(reader, delivery, self._checkpoint, self._rehearsal)
