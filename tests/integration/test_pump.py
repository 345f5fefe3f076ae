"""The pump against the real engine's stream: at least once, in order, in the shapes that Lambda sends."""

import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import boto3
import pytest
from botocore.exceptions import BotoCoreError

from infra.local import engine as embedded
from infra.local import stream, trimmer
from infra.local.checkpoint import Checkpoint, processed
from infra.local.delivery import WINDOW_S, Delivery, DeliveryFailed
from infra.local.events import Event
from infra.local.ports import free_port
from infra.local.processes import start
from infra.local.shards import Pump, Rehearsal

REGION = "cn-north-1"
SUCCESS: Event = {"state": {}, "batchItemFailures": []}
AS_USUAL = Rehearsal()


class Table:
    """A table with a stream, and a pump over it."""

    def __init__(self, endpoint: str, folder: Path) -> None:
        self.name = f"pump-{time.time_ns()}"
        self.client = boto3.client("dynamodb", endpoint_url=endpoint, region_name=REGION)
        self.client.create_table(
            TableName=self.name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        )
        self.endpoint = endpoint
        self.folder = folder
        self.arn = stream.stream_arn(endpoint, REGION, self.name)

    def put(self, *ids: int) -> None:
        """Stores an item per id, 25 at a time."""
        for first in range(0, len(ids), 25):
            items = [{"id": {"S": str(one)}, "n": {"N": "1"}, "b": {"B": b"\x00"}} for one in ids[first : first + 25]]
            self.client.batch_write_item(RequestItems={self.name: [{"PutRequest": {"Item": item}} for item in items]})

    def pump(self, handler: Callable[[Event, Any], Any], rehearsal: Rehearsal = AS_USUAL) -> Pump:
        """A pump as it is after a start, from what is on the disk."""
        checkpoint = Checkpoint(self.folder / "pump.json", self.arn)
        streams = stream.connect(self.endpoint, REGION)
        return Pump(streams, self.arn, handler, checkpoint, gapless=True, rehearsal=rehearsal)


class Log:
    """A handler that remembers what it was given, and answers what the test says."""

    def __init__(self, *answers: Any) -> None:
        self.events: list[Event] = []
        self._answers = list(answers)

    def __call__(self, event: Event, context: Any) -> Any:
        """Raises an answer that is an exception; succeeds where none is left."""
        self.events.append(event)
        answer = self._answers.pop(0) if self._answers else SUCCESS
        if isinstance(answer, Exception):
            raise answer
        return answer

    @property
    def batches(self) -> list[list[int]]:
        """The ids of each invocation."""
        return [ids_of(event) for event in self.events]


def ids_of(event: Event) -> list[int]:
    """The ids of the event's items."""
    return [int(record["dynamodb"]["Keys"]["id"]["S"]) for record in event["Records"]]


def is_final(event: Event) -> bool:
    """Whether it is the last invocation of its window."""
    return bool(event["isFinalInvokeForWindow"])


@pytest.fixture
def table(engine: str, tmp_path: Path) -> Table:
    """A fresh table in the shared engine."""
    return Table(engine, tmp_path)


@pytest.fixture
def no_new_window() -> None:
    """Waits out the last instants of a window, so that what a test puts falls into one."""
    left = WINDOW_S - time.time() % WINDOW_S
    if left < 3:
        time.sleep(left)


def test_inserts_arrive_once_as_lambda_sends_them(table: Table, no_new_window: None) -> None:
    """Every documented field is there; nothing but JSON is; updates and deletions are passed over."""
    table.put(1, 2)
    table.client.put_item(TableName=table.name, Item={"id": {"S": "1"}, "n": {"N": "2"}})
    table.client.delete_item(TableName=table.name, Key={"id": {"S": "2"}})
    log = Log()
    pump = table.pump(log)

    pump.step()
    table.put(3)
    pump.step()
    pump.step()

    assert log.batches == [[1, 2], [3]]
    event = log.events[0]
    assert set(event) == {
        "Records", "window", "state", "shardId", "eventSourceARN", "isFinalInvokeForWindow", "isWindowTerminatedEarly",
    }  # fmt: skip
    assert event["shardId"].startswith("shardId-")
    assert event["isFinalInvokeForWindow"] is False
    record = event["Records"][0]
    assert set(record) >= {"eventID", "eventName", "eventSource", "awsRegion", "dynamodb", "eventSourceARN"}
    assert (record["eventName"], record["eventSource"]) == ("INSERT", "aws:dynamodb")
    change = record["dynamodb"]
    assert set(change) == {
        "ApproximateCreationDateTime", "Keys", "NewImage", "SequenceNumber", "SizeBytes", "StreamViewType",
    }  # fmt: skip
    assert isinstance(change["ApproximateCreationDateTime"], float)
    assert change["NewImage"] == {"id": {"S": "1"}, "n": {"N": "1"}, "b": {"B": "AA=="}}


def test_a_failed_batch_comes_again_from_the_same_position(table: Table, no_new_window: None) -> None:
    """After a raised error everything is delivered again, cut larger where more has come."""
    log = Log(RuntimeError("throttled"))
    pump = table.pump(log)
    table.put(1, 2)

    with pytest.raises(DeliveryFailed):
        pump.step()
    table.put(3)
    pump.step()

    assert log.batches == [[1, 2], [1, 2, 3]]


def test_a_partial_failure_comes_again_from_the_failed_record(table: Table, no_new_window: None) -> None:
    """`batchItemFailures` names the lowest record to begin with; an unknown name fails the whole batch."""
    first, second = (
        {"batchItemFailures": [{"itemIdentifier": "3"}, {"itemIdentifier": "2"}]},
        {"batchItemFailures": [{"itemIdentifier": "none of ours"}]},
    )
    log = Log(first, second)
    table.put(1, 2, 3)

    for _ in range(2):
        with pytest.raises(DeliveryFailed):
            table.pump(log).step()
    table.pump(log).step()

    assert log.batches == [[1, 2, 3], [2, 3], [2, 3]]


@pytest.mark.parametrize("reply", [None, {}, "done", {"batchItemFailures": None}, {"batchItemFailures": []}])
def test_an_odd_reply_is_a_success_as_lambda_has_it(table: Table, reply: Any) -> None:
    """What isn't a failure by Lambda's rules isn't delivered again."""
    log = Log(reply)
    pump = table.pump(log)
    table.put(1)

    pump.step()
    pump.step()

    assert log.batches == [[1]]


def test_after_a_crash_the_pump_goes_on_where_a_delivery_had_succeeded(table: Table, no_new_window: None) -> None:
    """What was delivered and remembered isn't repeated; what failed before the crash is."""
    before = Log(SUCCESS, RuntimeError("killed in the middle"))
    pump = table.pump(before)
    table.put(1, 2)
    pump.step()
    table.put(3, 4)
    with pytest.raises(DeliveryFailed):
        pump.step()

    after = Log()
    table.pump(after).step()

    assert after.batches == [[3, 4]]


def test_a_table_made_anew_is_read_from_its_beginning(table: Table, engine: str, tmp_path: Path) -> None:
    """The positions of another stream mean nothing."""
    table.put(1, 2, 3)
    table.pump(Log()).step()

    fresh, log = Table(engine, tmp_path), Log()
    fresh.put(7)
    fresh.pump(log).step()

    assert log.batches == [[7]]


def test_an_unwritable_checkpoint_stops_nothing(table: Table, caplog: pytest.LogCaptureFixture) -> None:
    """With a full disk the pump goes on from memory, says so, and nothing is offered to the trimmer."""
    table.folder /= "gone"
    log = Log()
    pump = table.pump(log)

    for one in (1, 2):
        table.put(one)
        pump.step()

    assert [one for batch in log.batches for one in batch] == [1, 2]
    assert "checkpoint can't be written" in caplog.text
    assert processed(table.folder) == {}


@dataclass(frozen=True)
class Told(Rehearsal):
    """Redelivers as the test says, without dice: after the first read from the record at the first place, and so on."""

    places: list[int] = field(default_factory=list)

    def again_from(self, count: int) -> int | None:
        """The next place; none after the last."""
        return self.places.pop(0) if self.places else None


@pytest.mark.parametrize(
    ("places", "firsts"),
    [([], [0]), ([0], [0, 0]), ([199], [0, 199]), ([100, 0, 50, 49], [0, 100, 100, 150, 199])],
    ids=["nothing", "everything", "the last record", "again and again"],
)
def test_a_rehearsal_redelivers_without_losing_anything(
    table: Table, no_new_window: None, places: list[int], firsts: list[int]
) -> None:
    """Every record comes, and from the place that is drawn on all come again; then no more do."""
    log = Log()
    pump = table.pump(log, Told(delay_ms=2, places=places))
    table.put(*range(200))

    for _ in range(len(firsts) + 1):
        pump.step()

    assert log.batches == [list(range(first, 200)) for first in firsts]
    assert processed(table.folder) == {log.events[0]["shardId"]: 200}


def test_a_rehearsal_that_crashes_delivers_again_what_was_to_come_again(table: Table, no_new_window: None) -> None:
    """The checkpoint never runs ahead of a redelivery that is still due."""
    table.put(1, 2, 3)
    table.pump(Log(), Told(places=[1])).step()

    after = Log()
    table.pump(after).step()

    assert after.batches == [[2, 3]]


def test_the_dice_decide_how_often_and_how_much_comes_again() -> None:
    """About the share that was asked for, each record as often as another the first; nothing where none was."""
    rehearsal = Rehearsal(redeliver=0.8, dice=Random(1))

    drawn = Counter(rehearsal.again_from(4) for _ in range(10_000))

    assert {place: round(times / 10_000, 1) for place, times in drawn.items()} == dict.fromkeys([None, 0, 1, 2, 3], 0.2)
    assert {Rehearsal().again_from(4) for _ in range(100)} == {None}


def record(sequence: int, at_s: int) -> Event:
    """An insert at a second."""
    return {"eventName": "INSERT", "dynamodb": {"SequenceNumber": str(sequence), "ApproximateCreationDateTime": at_s}}


def test_windows_tumble_with_the_records_times() -> None:
    """A batch is cut at the window's end, the state goes from call to call, and each window ends with an empty call."""
    log = Log({"state": {"seen": 1}}, {"state": {"seen": 2}}, {"state": {}}, {"state": {"seen": 3}}, {"state": {}})
    delivery = Delivery(log, "arn", "shard-1")

    done = [*delivery.deliver([record(1, 0)]), *delivery.deliver([record(2, WINDOW_S - 1), record(3, WINDOW_S)])]
    delivery.close_if_over(2 * WINDOW_S - 1)
    delivery.close_if_over(2 * WINDOW_S)
    delivery.close_if_over(3 * WINDOW_S)

    assert done == ["1", "2", "3"]
    calls = [
        (len(e["Records"]), e["state"], e["window"]["start"][-9:], e["isFinalInvokeForWindow"]) for e in log.events
    ]
    assert calls == [
        (1, {}, "00:00:00Z", False),
        (1, {"seen": 1}, "00:00:00Z", False),
        (0, {"seen": 2}, "00:00:00Z", True),
        (1, {}, "00:00:30Z", False),
        (0, {"seen": 3}, "00:00:30Z", True),
    ]


def test_a_window_whose_last_call_fails_is_closed_later() -> None:
    """The empty call is repeated like any other, before a record of the next window is handed over."""
    log = Log(SUCCESS, RuntimeError("not now"))
    delivery = Delivery(log, "arn", "shard-1")
    list(delivery.deliver([record(1, 0)]))

    with pytest.raises(DeliveryFailed):
        list(delivery.deliver([record(2, WINDOW_S)]))
    list(delivery.deliver([record(2, WINDOW_S)]))

    assert [is_final(event) for event in log.events] == [False, True, True, False]


@pytest.fixture
def on_disk(tmp_path: Path) -> Iterator[Table]:
    """A table in an engine of its own, on a file."""
    with embedded.running(tmp_path / "engine.db") as endpoint:
        yield Table(endpoint, tmp_path)


def kept(database: Path) -> list[int]:
    """The sequence numbers of the stored stream records."""
    with sqlite3.connect(database) as db:
        return [int(number) for (number,) in db.execute("select sequence_number from _stream_records order by id")]


def test_the_trimmer_stays_behind_the_pump_and_leaves_the_newest(on_disk: Table) -> None:
    """Only what the checkpoint has passed goes, the newest 500 stay, and reading goes on without a gap."""
    database = on_disk.folder / "engine.db"
    on_disk.put(*range(1, 701))
    assert trimmer.trim(database, on_disk.name, 0) == 0
    assert trimmer.trim(database, on_disk.name, 50) == 50
    log = Log()
    pump = on_disk.pump(log)
    pump.step()  # shouts: it begins after what was trimmed
    position = max(processed(on_disk.folder).values())

    trimmed = trimmer.trim(database, on_disk.name, position)
    on_disk.put(701)
    pump.step()

    assert (position, trimmed) == (700, 150)
    assert kept(database) == list(range(201, 702))
    assert log.batches[-1] == [701]


def test_a_gap_in_the_stream_is_shouted_about(on_disk: Table, caplog: pytest.LogCaptureFixture) -> None:
    """The engine resumes silently after records that are gone; the pump doesn't, and delivers what there is."""
    on_disk.put(*range(1, 11))
    log = Log()
    pump = on_disk.pump(log)
    pump.step()
    on_disk.put(*range(11, 21))
    with sqlite3.connect(on_disk.folder / "engine.db") as db:
        db.execute("delete from _stream_records where cast(sequence_number as integer) <= 15")
    assert "GAP" not in caplog.text

    pump.step()

    assert "STREAM GAP" in caplog.text
    assert "expected record 11, got 16" in caplog.text
    assert log.batches[-1] == [16, 17, 18, 19, 20]


def test_the_trimmer_waits_neither_for_a_lock_nor_for_a_file(on_disk: Table) -> None:
    """A busy database is given up after 100 ms, and a missing one isn't made."""
    on_disk.put(*range(600))
    database = on_disk.folder / "engine.db"
    began = time.monotonic()

    with sqlite3.connect(database, isolation_level=None) as db:
        db.execute("begin immediate")
        with pytest.raises(sqlite3.OperationalError):
            trimmer.trim(database, on_disk.name, 100)
        db.execute("rollback")
    with pytest.raises(sqlite3.OperationalError):
        trimmer.trim(on_disk.folder / "none.db", on_disk.name, 100)

    assert time.monotonic() - began < 1
    assert not (on_disk.folder / "none.db").exists()


def test_the_pump_survives_a_killed_engine(tmp_path: Path) -> None:
    """While the engine is gone reads fail; afterwards the stream goes on where it was."""
    port, database, log = free_port(), tmp_path / "engine.db", Log()
    process = start(embedded.program(port, database))
    while not embedded.answers(embedded.endpoint(port)):
        time.sleep(0.005)
    table = Table(embedded.endpoint(port), tmp_path)
    pump = table.pump(log)
    table.put(1, 2)
    pump.step()

    process.kill()
    process.wait()
    with pytest.raises(BotoCoreError):
        pump.step()
    with embedded.running(database, port):
        table.put(3)
        pump.step()

    assert log.batches == [[1, 2], [3]]
