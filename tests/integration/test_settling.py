"""Settling by the tick: due a few times a day, seen in no count, and a poll reads little whatever lies behind."""

from typing import Any

import pytest

from bench.capacity import counting
from chalicelib import tick
from chalicelib.associations.store import units
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Phase
from chalicelib.counting.domain.tally import NATION
from chalicelib.counting.store import settled, tallies
from chalicelib.counting.usecases import settle_counts
from chalicelib.jobs import jobs
from chalicelib.jobs.job import LEASE_MS, Job
from chalicelib.jobs.run_leased import take_up
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.store import dynamodb
from tests import stage

HOUR_MS = 3_600_000
SHARDS = 60
AT = 1_627_952_400_000
"""2021-08-03 09:00 in Shanghai."""
MIDNIGHT = AT + 15 * HOUR_MS


@pytest.fixture
def campaign(engine: str) -> str:
    """An open campaign whose first shards have gone quiet; the last was written just now."""
    stage.prepare()
    stage.remove_campaigns()
    campaign = stage.make_campaign()
    now = now_ms()
    for number in range(SHARDS):
        written = now - (SHARDS - 1 - number) * HOUR_MS
        figures = {"n": 3, "v": 2, f"h:20210803{number % 24:02d}": 3, "l:ABCDEFGH": 3}
        for code in ("u1", NATION):
            tallies.add((tallies.owner(campaign, code), f"shardId-{number}"), None, "1", figures, written)
    return campaign


def settle(campaign: str) -> None:
    """What the tick does when it is due; its own slot may have been used by the hour's earlier tick."""
    settle_counts.order(campaigns.read(campaign), now_ms())
    for job in jobs.unfinished():
        if job.kind == settle_counts.SETTLING.name and job.campaign == campaign:
            take_up(settle_counts.SETTLING, job.id, now_ms())


def summed(campaign: str) -> dict[str, dict[str, int]]:
    """The counts of the unit and the nation, attribute by attribute."""
    sums: dict[str, dict[str, int]] = {}
    for code in ("u1", NATION):
        whole = sums.setdefault(code, {})
        for row in tallies.read(campaign, code).values():
            for name, n in row.items():
                whole[name] = whole.get(name, 0) + n
    return sums


def test_the_tick_settles_and_no_count_changes(campaign: str) -> None:
    """Quiet rows are moved, forgotten ones dropped, and the sums stay."""
    before = summed(campaign)

    tick.tick(now_ms())
    settle(campaign)

    rows = tallies.read(campaign, "u1")
    assert summed(campaign) == before
    assert sorted(kind for kind, row in rows.items() if row) == ["settled", "shardId-58", "shardId-59"]


def test_it_is_ordered_once_in_some_hours(campaign: str) -> None:
    """Each tick asks; the slot's job is one."""
    found = campaigns.read(campaign)

    for _ in range(3):
        settle_counts.order(found, found.opens_at)

    assert sum(job.campaign == campaign and job.kind == settle_counts.SETTLING.name for job in jobs.unfinished()) == 1


def test_a_campaign_that_is_closing_is_left_alone(campaign: str) -> None:
    """Once it closes nothing is moved any more: the recount's figures take over."""
    settle_counts.order(campaigns.read(campaign), now_ms())
    campaigns.change(campaign, lambda c: c.model_copy(update={"phase": Phase.CLOSING}))

    settle(campaign)

    assert tallies.SETTLED not in tallies.read(campaign, "u1")


def test_a_settled_count_is_a_small_read(campaign: str) -> None:
    """Few rows remain to be read, and the forgotten ones are gone."""
    with counting(dynamodb.client(tallies.TallyRow)) as before:
        tallies.read(campaign, "u1")

    settle(campaign)
    settle_counts.settle_counts(campaign, "u1", now_ms() + 40 * HOUR_MS)
    settle_counts.settle_counts(campaign, "u1", now_ms() + 80 * HOUR_MS)

    with counting(dynamodb.client(tallies.TallyRow)) as after:
        assert len(tallies.read(campaign, "u1")) <= 4
    assert after["Query"] == 0.5 < before["Query"]


def test_the_only_shard_is_never_forgotten(engine: str) -> None:
    """An engine with one shard may deliver its last records again after days of silence: they count no second time."""
    stage.prepare()
    campaign, days = stage.make_campaign(), 72 * HOUR_MS
    key = (tallies.owner(campaign, "u1"), "shardId-0")
    tallies.add(key, None, "7", {"n": 3, "v": 3}, now_ms() - days)

    for _ in range(3):
        settle_counts.settle_counts(campaign, "u1", now_ms())

    with pytest.raises(tallies.Conflict):
        tallies.add(key, None, "7", {"n": 3, "v": 3}, now_ms())
    assert summed(campaign)["u1"] == {"n": 3, "v": 3}


@pytest.fixture
def fresh(engine: str) -> str:
    """An open campaign of which nothing is counted yet."""
    stage.prepare()
    return stage.make_campaign()


def add(campaign: str, shard: str, counted_at: int | None, seen: str | None = None) -> None:
    """Three responses counted for the unit under a shard, at that instant."""
    key = (tallies.owner(campaign, "u1"), shard)
    tallies.add(key, seen, "1" if seen is None else f"{seen}1", {"n": 3}, counted_at)


def kinds(campaign: str) -> dict[str, int]:
    """What the unit's rows count, by kind, empty ones included."""
    rows = tallies.items(campaign, "u1", consistent=True)
    return {row["sk"]["S"]: tallies.counters(row).get("n", 0) for row in rows}


def test_a_row_is_moved_once_it_was_quiet_for_more_than_two_hours(fresh: str) -> None:
    """To the millisecond; then its counts stand in the settled row, and it stays with its watermark."""
    add(fresh, "s1", AT)

    settle_counts.settle_counts(fresh, "u1", AT + 2 * HOUR_MS)
    assert kinds(fresh) == {"s1": 3}
    settle_counts.settle_counts(fresh, "u1", AT + 2 * HOUR_MS + 1)
    assert kinds(fresh) == {"s1": 0, tallies.SETTLED: 3}


def test_an_empty_row_is_dropped_once_nothing_of_it_can_come_again(fresh: str) -> None:
    """More than thirty hours after it was last added to, and not while the settled row names it."""
    add(fresh, "s1", AT)
    settle_counts.settle_counts(fresh, "u1", AT + 3 * HOUR_MS)
    settle_counts.settle_counts(fresh, "u1", AT + 40 * HOUR_MS)
    assert kinds(fresh) == {"s1": 0, tallies.SETTLED: 3}
    add(fresh, "s2", AT + 26 * HOUR_MS)

    settle_counts.settle_counts(fresh, "u1", AT + 30 * HOUR_MS)
    assert kinds(fresh) == {"s1": 0, "s2": 0, tallies.SETTLED: 6}
    settle_counts.settle_counts(fresh, "u1", AT + 30 * HOUR_MS + 1)
    assert kinds(fresh) == {"s2": 0, tallies.SETTLED: 6}


def test_a_row_of_which_nobody_knows_when_it_was_written_stays(fresh: str) -> None:
    """As do hours that a recount has set, and the seal's figures."""
    add(fresh, "s1", None)
    tallies.repair(fresh, "u1", {"h:2021080309": 4, "n": 5})
    tallies.put_final(fresh, "u1", {"n": 7})

    settle_counts.settle_counts(fresh, "u1", AT + 1000 * HOUR_MS)

    assert kinds(fresh) == {"s1": 3, tallies.REPAIR: 5, tallies.FINAL: 7}


@pytest.mark.parametrize("write", ["move", "drop"])
def test_whoever_is_overtaken_leaves_the_rest_as_it_is(fresh: str, write: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A row that was added to after it was read stays; that is no error, and nothing is lost."""
    real = getattr(settled, write)
    add(fresh, "s1", AT)
    if write == "drop":
        settle_counts.settle_counts(fresh, "u1", AT + 3 * HOUR_MS)
        add(fresh, "s2", AT + 26 * HOUR_MS)

    def overtaken(*arguments: Any) -> Any:
        add(fresh, "s1", AT + 31 * HOUR_MS, seen="1")
        return real(*arguments)

    monkeypatch.setattr(settled, write, overtaken)

    settle_counts.settle_counts(fresh, "u1", AT + 31 * HOUR_MS)

    assert kinds(fresh)["s1"] == (6 if write == "move" else 3)
    assert sum(kinds(fresh).values()) == (6 if write == "move" else 9)


def test_it_is_ordered_four_times_a_day_while_collection_is_open(fresh: str) -> None:
    """By Shanghai's clock, each day anew; neither before the opening nor after the close."""
    found = campaigns.read(fresh).model_copy(update={"opens_at": MIDNIGHT, "closes_at": MIDNIGHT + 48 * HOUR_MS})

    for hour in range(-24, 72):
        settle_counts.order(found, MIDNIGHT + hour * HOUR_MS)

    ordered = sorted(job.created_at for job in jobs.of_kind(settle_counts.SETTLING.name) if job.campaign == fresh)
    assert ordered == [MIDNIGHT + hour * HOUR_MS for hour in range(0, 48, 6)]


def test_a_long_settling_keeps_its_lease(fresh: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many units there are: nobody else takes it up meanwhile."""
    for number in range(2, 6):
        units.item_of(units.read(fresh, "u1").model_copy(update={"code": f"u{number}"})).save()
    name, instant, taken = f"settle#{fresh}", [now_ms()], []
    jobs.create(Job(id=name, kind=settle_counts.SETTLING.name, campaign=fresh, created_at=instant[0]))

    def slow(*_: Any) -> None:
        instant[0] += LEASE_MS - 1
        taken.append(jobs.take(name, instant[0], settle_counts.SettleProgress))

    monkeypatch.setattr(settle_counts, "settle_counts", slow)
    monkeypatch.setattr(settle_counts, "now_ms", lambda: instant[0])

    take_up(settle_counts.SETTLING, name, instant[0])

    assert taken == [None] * 6
