"""The product before an engine that refuses as AWS does: throttled keys, and reads that lag behind."""

import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from botocore.exceptions import ClientError
from pynamodb.exceptions import PutError

from chalicelib.associations.store import units
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Phase
from chalicelib.collection.issue_ticket import issue_ticket
from chalicelib.collection.ledger import LedgerItem
from chalicelib.collection.record_response import record_response
from chalicelib.counting.domain.tally import NATION
from chalicelib.counting.store import tallies
from chalicelib.counting.usecases.fold_counts import Folding
from chalicelib.counting.usecases.read_counts import read_counts
from chalicelib.instrument import questionnaires
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.settings import settings
from chalicelib.sealing import close_collection
from infra.drills.events import stream_event, stream_record
from infra.drills.players import random_answers
from infra.drills.refusing import KEYS, Figures, Limits, partition_key
from tests import stage
from tests.chance import dice
from tests.integration import refusing
from tests.integration.refusing import Gate

LAG_S = 2.0


@pytest.fixture
def gate(engine: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """The proxy, with nothing switched on."""
    stage.prepare()
    with refusing.before(engine, monkeypatch) as found:
        yield found


def test_a_busy_key_is_throttled_and_an_idle_one_is_not(gate: Gate) -> None:
    """As on AWS, and within the client's own tries it is told so."""
    campaign = stage.make_campaign()
    busy, idle = (tallies.owner(campaign, unit) for unit in ("u1", "u2"))

    def add_often() -> None:
        for number in range(30):
            tallies.add((busy, "s"), str(number) if number else None, str(number + 1), {"n": 1})

    with gate.on("throttled-key"), pytest.raises(ClientError, match="ProvisionedThroughputExceeded"):
        add_often()
    with gate.on("throttled-key"):
        tallies.add((idle, "s"), None, "1", {"n": 1})

    assert tallies.read(campaign, "u2")["s"]["n"] == 1


def test_a_read_lags_unless_it_is_consistent(gate: Gate) -> None:
    """And catches up in time."""
    campaign = stage.make_campaign()
    with gate.on("lagging-reads"):
        tallies.add((tallies.owner(campaign, "u1"), "s"), None, "1", {"n": 1})
        behind, now = tallies.read(campaign, "u1"), tallies.read(campaign, "u1", consistent=True)
        time.sleep(LAG_S)  # nothing happens that could be awaited: it is time itself that ends the lag
        later = tallies.read(campaign, "u1")

    assert (behind, now["s"]["n"], later["s"]["n"]) == ({}, 1, 1)


def answered(campaign: str, count: int) -> None:
    """So many responses."""
    code, rng = stage.make_link(campaign), dice("refusing")
    for _ in range(count):
        ticket = issue_ticket(code, now_ms())
        definition = questionnaires.load(ticket.edition).published("en")
        record_response(ticket.ticket, None, random_answers(definition, ticket.topics, rng), now_ms())


def test_who_has_seen_a_count_never_sees_a_smaller_one(gate: Gate) -> None:
    """Whichever worker answers, and however far its replica is behind."""
    campaign = stage.make_campaign()
    stage.make_link(campaign)
    assert units.cached(campaign, "u1", 5).code == "u1"
    with gate.on("lagging-reads"):
        for round_ in range(5):
            seen = (round_ * 10, round_ * 10)
            for unit in ("u1", NATION):
                mark = str(round_) if round_ else None
                tallies.add((tallies.owner(campaign, unit), "s"), mark, str(round_ + 1), {"n": 10})
            due = (round_ + 1) * 10
            found = read_counts(campaign, "u1", now_ms(), (due, due))
            assert (found.local["n"], found.national["n"]) == (due, due) > seen


def test_a_fold_that_is_throttled_counts_exactly_in_the_end(gate: Gate) -> None:
    """Batches come again until they pass."""
    campaign = stage.make_campaign()
    strings = {"id": "r", "c": campaign, "u": "u1", "l": "L", "e": "public", "p": "44"}
    item = {name: {"S": text} for name, text in strings.items()} | {"at": {"N": "1627952400000"}}
    records = [stream_record(item, number + 1) for number in range(40)]
    worker = Folding()
    with gate.on("throttled-key"):
        for start in range(0, 40, 4):
            for _ in range(20):
                with suppress(ClientError):
                    worker.fold(stream_event(records[start : start + 4], shard="shardId-throttled"))
                    break

    assert gate.struck["refused"]
    assert {tallies.read(campaign, unit)["shardId-throttled"]["n"] for unit in ("u1", NATION)} == {40}


def test_a_campaign_is_sealed_within_the_limits_of_aws_and_beside_lagging_reads(gate: Gate) -> None:
    """No key is written to more than it takes, and nothing is believed that may be old."""
    campaign = stage.make_campaign()
    with gate.on("limits"), gate.on("lagging-reads"):
        answered(campaign, 30)
        stage.move_close(campaign, -settings().settle_s * 1000 - 1)
        close_collection.close_collection(campaign, lambda _: None)

    sealed = campaigns.read(campaign)
    assert sealed.phase is Phase.SEALED
    assert sealed.seal is not None
    assert sealed.seal.members == 30


def test_limits_are_those_of_a_table_and_of_a_key() -> None:
    """A key takes a quarter of what a new table does; each has some seconds' worth to begin with."""
    table = next(name for name in KEYS if name.endswith("tallies"))
    limits = Limits(Figures(table_writes=40, key_writes=10, burst_s=1))

    def writes(key: str, count: int) -> int:
        body = {"TableName": table, "Key": {"pk": {"S": key}, "sk": {"S": "s"}}}
        passed = 0
        for _ in range(count):
            if limits.admits("UpdateItem", body):
                limits.charge("UpdateItem", body, 1)
                passed += 1
        return passed

    assert [writes(key, 100) for key in ("a", "b", "c", "d", "e")] == pytest.approx([10, 10, 10, 10, 0], abs=3)
    assert partition_key("Scan", {"TableName": table}) == ""


def test_of_a_batch_comes_back_what_a_key_does_not_take(gate: Gate) -> None:
    """So the ledger of release 0.1.0 would have ended at some 75,000 responses: all its rows had one partition key."""
    name = stage.make_campaign()

    def write(rows: int) -> None:
        with LedgerItem.batch_write() as batch:
            for bucket in range(rows):
                batch.save(LedgerItem(name, bucket, ids=bytes(8_192)))

    with gate.on("limits"):
        write(100)
        with pytest.raises(PutError, match="max_retry_attempts"):
            write(5_558)
