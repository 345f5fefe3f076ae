"""Settling by the tick: due a few times a day, seen in no count, and a poll reads little whatever lies behind."""

import pytest

from bench.capacity import counting
from chalicelib import tick
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Phase
from chalicelib.counting.domain.tally import NATION
from chalicelib.counting.store import tallies
from chalicelib.counting.usecases import settle_counts
from chalicelib.jobs import jobs
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.store import dynamodb
from tests import stage

HOUR_MS = 3_600_000
SHARDS = 60


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
        if job.kind == settle_counts.KIND and job.campaign == campaign:
            settle_counts.run(job.id)


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

    assert sum(job.campaign == campaign and job.kind == settle_counts.KIND for job in jobs.unfinished()) == 1


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

    with pytest.raises(tallies.Overtaken):
        tallies.add(key, None, "7", {"n": 3, "v": 3}, now_ms())
    assert summed(campaign)["u1"] == {"n": 3, "v": 3}
