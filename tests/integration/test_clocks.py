"""A clock that is wrong for a while seals nothing; what is sealed can't be taken back."""

import pytest

from chalicelib import tick
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Phase
from chalicelib.counting.domain.tally import NATION, hour_of
from chalicelib.counting.store import tallies
from chalicelib.jobs import jobs
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.settings import settings
from chalicelib.sealing import clocks, close_collection
from tests import stage

DAY_MS = stage.DAY_MS


class Clocks:
    """Two clocks that the test moves: the one that says what time it is, and the one that nobody sets."""

    def __init__(self) -> None:
        self.wall, self.steady = now_ms(), 5_000_000

    def elapse(self, seconds: float) -> None:
        """Both go on."""
        self.wall += round(seconds * 1000)
        self.steady += round(seconds * 1000)


@pytest.fixture
def clock(engine: str, monkeypatch: pytest.MonkeyPatch) -> Clocks:
    """The clocks that the tick looks at."""
    stage.prepare()
    made = Clocks()
    for module in (clocks, close_collection, tick):
        monkeypatch.setattr(module, "now_ms", lambda: made.wall)
    monkeypatch.setattr(clocks, "steady_ms", lambda: made.steady)
    return made


@pytest.fixture
def campaign(clock: Clocks, monkeypatch: pytest.MonkeyPatch) -> str:
    """Open, and the only one that ticks find; it closes in an hour."""
    name, found = stage.make_campaign(), jobs.unfinished
    stage.move_close(name, 3_600_000)
    monkeypatch.setattr(campaigns, "all_campaigns", lambda: [campaigns.read(name)])
    monkeypatch.setattr(jobs, "unfinished", lambda: [job for job in found() if job.campaign == name])
    return name


def sealed(campaign: str, clock: Clocks, told_ms: int | None = None) -> bool:
    """Whether it is, after a tick."""
    tick.tick(clock.wall, told_ms)
    return campaigns.read(campaign).phase is not Phase.COLLECTING


def test_a_clock_that_jumps_ahead_seals_nothing(campaign: str, clock: Clocks) -> None:
    """Eleven days ahead for eight seconds, with a tick every two; then it is right again, and the close is later."""
    clock.wall += 11 * DAY_MS
    for _ in range(5):
        assert not sealed(campaign, clock)
        clock.elapse(2)
    clock.wall -= 11 * DAY_MS

    assert not sealed(campaign, clock)
    clock.elapse(3_600 + settings().settle_s)
    assert not sealed(campaign, clock)  # what was seen while the clock was wrong counts for nothing
    clock.elapse(clocks.APART_MS / 1000)
    assert sealed(campaign, clock)


def test_the_usual_seal_waits_for_nothing(campaign: str, clock: Clocks) -> None:
    """The close is seen when it passes, and the settle time is longer than two looks are apart."""
    clock.elapse(3_601)
    assert not sealed(campaign, clock)
    clock.elapse(settings().settle_s - 2)
    assert not sealed(campaign, clock)
    clock.elapse(2)

    assert sealed(campaign, clock)


def test_a_clock_that_keeps_jumping_seals_nothing(campaign: str, clock: Clocks) -> None:
    """However often: each jump begins anew."""
    clock.wall += DAY_MS
    for jump in (60_000, -60_000) * 5:
        assert not sealed(campaign, clock)
        clock.elapse(25)
        clock.wall += jump


def test_a_clock_that_differs_from_who_woke_us_seals_nothing(campaign: str, clock: Clocks) -> None:
    """As a function's on AWS, where the event says when it is."""
    right = clock.wall
    clock.wall += DAY_MS
    for _ in range(5):
        assert not sealed(campaign, clock, right)
        clock.elapse(30)

    assert not sealed(campaign, clock, right)


def test_responses_later_than_now_stop_the_seal(campaign: str, clock: Clocks, caplog: pytest.LogCaptureFixture) -> None:
    """The clock was ahead while they came, or is behind now; either way somebody has to look."""
    later = f"h:{hour_of(clock.wall + 3 * DAY_MS)}"
    tallies.add((tallies.owner(campaign, NATION), "s"), None, "1", {"n": 1, later: 1})
    clock.elapse(3_700)
    sealed(campaign, clock)
    clock.elapse(60)

    assert not sealed(campaign, clock)
    assert "seal late" in caplog.text


def test_a_close_that_is_moved_is_seen_anew(campaign: str, clock: Clocks) -> None:
    """What was seen of the earlier close says nothing of the later one."""
    clock.elapse(3_601)
    sealed(campaign, clock)
    campaigns.change(campaign, lambda c: c.model_copy(update={"closes_at": c.closes_at + 100_000}))
    clock.elapse(100 + settings().settle_s)

    assert not sealed(campaign, clock)
    clock.elapse(clocks.APART_MS / 1000)
    assert sealed(campaign, clock)


def test_the_table_s_own_clock_can_be_asked(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On AWS it is the other clock; its header is DynamoDB's."""
    stage.prepare()
    answer = {"ResponseMetadata": {"HTTPHeaders": {"date": "Tue, 03 Aug 2021 01:00:00 GMT"}}}
    monkeypatch.setattr(campaigns, "client", lambda _: type("Client", (), {"get_item": lambda *_, **__: answer})())

    assert campaigns.table_ms() == 1_627_952_400_000
