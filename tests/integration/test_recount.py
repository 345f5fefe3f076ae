"""Recount and repair: what was lost on the way to the tallies is found and set right, and never counted twice."""

from typing import Any

import pytest

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Phase
from chalicelib.collection import responses
from chalicelib.collection.response import Response
from chalicelib.counting.domain.repair import APART_MS, ENDED_MS
from chalicelib.counting.domain.tally import NATION, hour_of
from chalicelib.counting.usecases import compare_counts, recount
from chalicelib.counting.usecases.compare_counts import RECOUNTS, RecountProgress
from chalicelib.counting.usecases.fold_counts import Folding
from chalicelib.counting.usecases.read_counts import tally_of
from chalicelib.jobs import jobs
from chalicelib.jobs.job import LEASE_MS
from chalicelib.jobs.run_leased import take_up
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.settings import settings
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.dynamodb import client
from chalicelib.links.domain.link import new_code
from chalicelib.mail.kinds import digest
from infra.drills.events import stream_event, stream_record
from infra.local.events import Event
from tests import stage

HOUR_MS = 3_600_000


@pytest.fixture
def clock(engine: str, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What time the recounts believe it is; one mutable instant."""
    stage.prepare()
    instant = [now_ms()]
    monkeypatch.setattr(recount, "now_ms", lambda: instant[0])
    monkeypatch.setattr(compare_counts, "now_ms", lambda: instant[0])
    return instant


@pytest.fixture
def campaign(clock: list[int]) -> str:
    """A campaign that opened five hours ago, on a prepared engine."""
    return stage.make_campaign(opens_in_ms=-5 * HOUR_MS)


def store(campaign: str, how_many: int, hours_ago: float = 3, arrived: int | None = None) -> list[dict[str, Any]]:
    """Stores responses of the past, or of that instant; their stream records."""
    arrived = now_ms() - int(hours_ago * HOUR_MS) if arrived is None else arrived
    records: list[Event] = []
    for _ in range(how_many):
        code = new_code()
        made = Response(
            id=code * 3,
            campaign=campaign,
            unit="u1",
            link="LINK",
            edition="public",
            version="2026.1",
            answers="{}",
            accepted_at=arrived,
            took_ms=1000,
            receipt=code,
        )
        responses.put_once(made, campaigns.read(campaign))
        item = client(responses.ResponseItem).get_item(
            TableName=responses.ResponseItem.Meta.table_name, Key={"id": {"S": made.id}}
        )["Item"]
        records.append(stream_record(item, 1 + len(records)))
    return records


def fold(campaign: str, records: list[dict[str, Any]]) -> None:
    """Delivers records to a fresh worker."""
    Folding().fold(stream_event(records, shard=f"shard-{campaign}"))


def recounted(campaign: str, clock: list[int], later_ms: int = 0) -> dict[str, Any]:
    """Orders a recount and makes it, that much later."""
    clock[0] += later_ms
    name = recount.request_recount(campaign, clock[0], "test")
    take_up(RECOUNTS, f"recount#{name}", clock[0])
    return recount.read_recount(name)


def collected(campaign: str, unit: str = "u1") -> int:
    """The unit's count as it is read."""
    return tally_of(campaigns.read(campaign), unit, 0).get("n", 0)


def test_where_all_is_counted_nothing_differs(campaign: str, clock: list[int]) -> None:
    """By unit, hour and link, for the unit and the nation."""
    fold(campaign, store(campaign, 4))

    found = recounted(campaign, clock)

    assert (found["status"], found["rows"]) == ("done", 4)
    assert (found["differences"], found["links"], found["repaired"]) == ([], [], [])


def test_a_loss_is_repaired_once_two_recounts_agree(campaign: str, clock: list[int]) -> None:
    """The first only reports; the second, half an hour later, sets the hour right, with a reason and an entry."""
    records = store(campaign, 5)
    fold(campaign, records[:2])

    first = recounted(campaign, clock)
    before = collected(campaign)
    too_soon = recounted(campaign, clock, APART_MS - 1)
    second = recounted(campaign, clock, 1)

    assert {d["unit"] for d in first["differences"]} == {NATION, "u1"}
    assert {"unit": "u1", "link": "LINK", "tallied": 2, "stored": 5} in first["links"]
    assert (before, too_soon["repaired"]) == (2, [])
    assert {d["unit"] for d in second["repaired"]} == {NATION, "u1"}
    assert (collected(campaign), collected(campaign, NATION)) == (5, 5)
    entry = next(e for e in audit.newest(campaign, 10) if e["subject"] == "u1" and e["action"] == "recount.repair")
    assert (entry["before"], entry["after"]) == ([2, 2], [5, 5])
    assert entry["reason"]


def test_a_shard_that_catches_up_after_the_repair_adds_nothing(campaign: str, clock: list[int]) -> None:
    """A repair that added the difference would now show eight; one that says what the hour is, still five."""
    records = store(campaign, 5)
    fold(campaign, records[:2])
    recounted(campaign, clock)
    recounted(campaign, clock, APART_MS)

    fold(campaign, records[1:])

    assert collected(campaign) == 5
    assert recounted(campaign, clock, APART_MS)["differences"] == []


def test_a_lag_that_catches_up_in_between_is_not_repaired(campaign: str, clock: list[int]) -> None:
    """A difference that has changed or gone was no loss."""
    records = store(campaign, 5)
    fold(campaign, records[:2])
    recounted(campaign, clock)
    fold(campaign, records)

    assert recounted(campaign, clock, APART_MS)["repaired"] == []
    assert collected(campaign) == 5


def test_counting_goes_on_beside_a_repaired_hour(campaign: str, clock: list[int]) -> None:
    """New responses of other hours are added as before."""
    fold(campaign, store(campaign, 5)[:1])
    recounted(campaign, clock)
    recounted(campaign, clock, APART_MS)
    late = [stream_record(r["dynamodb"]["NewImage"], 100 + n) for n, r in enumerate(store(campaign, 3, 0))]

    fold(campaign, late)

    assert collected(campaign) == 8


def test_an_overcount_is_repaired_too(campaign: str, clock: list[int]) -> None:
    """Counted under a second shard name: the hour is set back."""
    records = store(campaign, 2)
    fold(campaign, records)
    Folding().fold(stream_event(records, shard=f"twin-{campaign}"))
    assert collected(campaign) == 4

    found = recounted(campaign, clock)
    recounted(campaign, clock, APART_MS)

    assert found["links"][0] == {"unit": "u1", "link": "LINK", "tallied": 4, "stored": 2}
    assert collected(campaign) == 2


def test_hours_that_may_still_change_are_left_alone(campaign: str, clock: list[int]) -> None:
    """The hour that is running is no subject of a recount."""
    store(campaign, 3, hours_ago=0)

    assert recounted(campaign, clock)["differences"] == []


def test_a_killed_recount_goes_on_where_it_stopped(
    campaign: str, clock: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Segments that were done are not scanned again."""
    fold(campaign, store(campaign, 3))
    name = recount.request_recount(campaign, clock[0], "test")
    scanned = []
    real = responses.scan_segment

    def scan(segment: int, of: int) -> Any:
        scanned.append(segment)
        if len(scanned) == 5:
            raise KeyboardInterrupt
        return real(segment, of)

    monkeypatch.setattr(responses, "scan_segment", scan)
    with pytest.raises(KeyboardInterrupt):
        take_up(RECOUNTS, f"recount#{name}", clock[0])
    clock[0] += 31_000
    take_up(RECOUNTS, f"recount#{name}", clock[0])

    assert recount.read_recount(name)["rows"] == 3
    assert sorted(scanned) == sorted([*range(recount.SEGMENTS), 4])


def test_a_repair_stands_in_the_next_digest(campaign: str, clock: list[int]) -> None:
    """One line with unit, hour, before and after."""
    fold(campaign, store(campaign, 5)[:2])
    recounted(campaign, clock)
    recounted(campaign, clock, APART_MS)

    notes = digest.repairs(campaign, 0, clock[0])

    hour = hour_of(now_ms() - 3 * HOUR_MS)
    assert len(notes) == 2
    assert any(f"u1 {hour[:8]} {hour[8:]} 时由 2 更正为 5" in note for note in notes)


def test_what_the_latest_recount_showed_confirms(campaign: str, clock: list[int]) -> None:
    """Of this campaign: neither one before it, which knew of no loss, nor another campaign's after it."""
    other = stage.make_campaign(opens_in_ms=-5 * HOUR_MS)
    recounted(campaign, clock)
    fold(campaign, store(campaign, 5)[:2])
    recounted(campaign, clock, 1)
    recounted(other, clock, 1)

    assert recounted(campaign, clock, APART_MS)["repaired"]

    assert collected(campaign) == 5


def test_the_last_hour_that_is_judged_is_counted(campaign: str, clock: list[int]) -> None:
    """It ended exactly half an hour ago; a millisecond sooner nothing is said of it."""
    hour_began = (now_ms() - 2 * HOUR_MS) // HOUR_MS * HOUR_MS
    store(campaign, 2, arrived=hour_began)
    clock[0] = hour_began + HOUR_MS + ENDED_MS - 1

    sooner = recounted(campaign, clock)
    found = recounted(campaign, clock, 1)

    assert sooner["differences"] == []
    assert [(d["unit"], d["hour"], d["recounted"]) for d in found["differences"]] == [
        (NATION, hour_of(hour_began), [2, 2]),
        ("u1", hour_of(hour_began), [2, 2]),
    ]


def test_what_cannot_be_read_is_counted_apart(campaign: str, clock: list[int]) -> None:
    """And stops nothing."""
    fold(campaign, store(campaign, 1))
    before = recounted(campaign, clock)["unreadable"]
    table = {"TableName": responses.ResponseItem.Meta.table_name}
    odd = {"id": {"S": f"odd-{campaign}"}}
    client(responses.ResponseItem).put_item(**table, Item=odd)

    found = recounted(campaign, clock, 1)
    client(responses.ResponseItem).delete_item(**table, Key=odd)

    assert (found["rows"], found["unreadable"]) == (1, before + 1)


def test_a_recount_leaves_its_result_alone_behind(campaign: str, clock: list[int]) -> None:
    """The parts that it was made of are removed."""
    recounted(campaign, clock)

    (left,) = (settings().files_dir / campaign / "recounts").iterdir()
    assert left.suffix == ".json"


def test_a_campaign_that_is_closing_is_not_recounted(campaign: str, clock: list[int]) -> None:
    """The seal's own recount takes over; the job is done without a result."""
    name = recount.request_recount(campaign, clock[0], "test")
    campaigns.change(campaign, lambda c: c.model_copy(update={"phase": Phase.CLOSING}))

    take_up(RECOUNTS, f"recount#{name}", clock[0])

    assert recount.read_recount(name) == {"id": name, "status": "done", "done": 0.0}


def test_a_long_scan_keeps_its_lease(campaign: str, clock: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """However long a segment takes, if only its pages don't: nobody else takes it up meanwhile."""
    store(campaign, 5)
    name = recount.request_recount(campaign, clock[0], "test")
    real, taken = responses.scan_segment, list[jobs.Lease[RecountProgress] | None]()

    def slow(segment: int, of: int) -> Any:
        for item in real(segment, of):
            if item["id"]["S"][:8] in ours:
                clock[0] += LEASE_MS - 1
                taken.append(jobs.take(f"recount#{name}", clock[0], RecountProgress))
            yield item

    ours = {one.id[:8] for one in map(responses.read_item, real(0, 1)) if one.campaign == campaign}
    monkeypatch.setattr(responses, "scan_segment", slow)
    monkeypatch.setattr(recount, "SEGMENTS", 1)
    monkeypatch.setattr(recount, "_PAGE", 1)

    take_up(RECOUNTS, f"recount#{name}", clock[0])

    assert taken == [None] * 5


def test_it_is_ordered_once_a_night_while_collection_is_open(campaign: str) -> None:
    """At four o'clock in Shanghai, whenever in that hour a tick comes first; never by day."""
    midnight = 1_628_006_400_000
    window = {"opens_at": midnight + 9 * HOUR_MS, "closes_at": midnight + 72 * HOUR_MS}
    found = campaigns.read(campaign).model_copy(update=window)

    for half_hour in range(-48, 192):
        recount.nightly(found, midnight + half_hour * HOUR_MS // 2)

    ordered = [job.created_at for job in jobs.of_kind("recount") if job.campaign == campaign]
    assert sorted(ordered) == [midnight + 28 * HOUR_MS, midnight + 52 * HOUR_MS]
