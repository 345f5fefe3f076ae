"""The tick: what is due is ordered once, whichever tick comes first; and no failure keeps the rest from being done."""

from collections.abc import Callable

import pytest

from chalicelib.campaigns import campaigns
from chalicelib.counting.usecases import recount, settle_counts
from chalicelib.counting.usecases.compare_counts import RECOUNTS
from chalicelib.jobs import jobs
from chalicelib.jobs.job import Job
from chalicelib.jobs.jobs import LeaseLost
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.instants import shanghai, to_ms
from chalicelib.mail.usecases import order_mail
from chalicelib.sealing import export
from chalicelib.tick import tick
from tests import stage

HOUR = stage.HOUR_MS
MIDNIGHT = to_ms(shanghai(now_ms()).replace(hour=0, minute=0, second=0, microsecond=0))
"""Today's in Shanghai; what is played lies before it."""


@pytest.fixture
def campaign(engine: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The only campaign that ticks find: open for days, with digests at 09:00 and 18:00."""
    stage.prepare()
    name, found = stage.make_campaign(opens_in_ms=-4 * stage.DAY_MS), jobs.unfinished
    monkeypatch.setattr(campaigns, "all_campaigns", lambda: [campaigns.read(name)])
    monkeypatch.setattr(jobs, "unfinished", lambda: [job for job in found() if job.campaign == name])
    return name


def ordered(campaign: str, kind: str) -> list[str]:
    """The jobs of a kind that the campaign has, done or not."""
    return sorted(job.id for job in jobs.of_kind(kind) if job.campaign == campaign)


@pytest.mark.parametrize("first", [18 * HOUR, 24 * HOUR - 1, 24 * HOUR, 33 * HOUR - 1])
def test_a_missed_digest_is_ordered_once_over_midnight(campaign: str, first: int) -> None:
    """The evening's, by whichever tick comes next until the morning's is due."""
    yesterday = MIDNIGHT - 2 * stage.DAY_MS

    for at in (first, first, 33 * HOUR - 1):
        tick(yesterday + at)

    assert ordered(campaign, order_mail.MAILS.name) == [f"mail#{campaign}#digest#{yesterday + 18 * HOUR}"]


@pytest.mark.parametrize(
    ("at", "nights"),
    [((4 * HOUR - 1,), 0), ((4 * HOUR,), 1), ((4 * HOUR, 5 * HOUR - 1), 1), ((4 * HOUR, 28 * HOUR), 2)],
)
def test_a_night_has_one_recount(campaign: str, at: tuple[int, ...], nights: int) -> None:
    """From four o'clock on Shanghai's wall, however many ticks that hour has."""
    for later in at:
        tick(MIDNIGHT - 2 * stage.DAY_MS + later)

    assert len(ordered(campaign, RECOUNTS.name)) == nights


@pytest.mark.parametrize(("opens", "closes", "recounts"), [(0, 1, 1), (1, 2, 0), (-1, 0, 0)])
def test_only_an_open_campaign_is_recounted_at_night(campaign: str, opens: int, closes: int, recounts: int) -> None:
    """Not just before its opening, and not just behind its close."""
    four = MIDNIGHT + 4 * HOUR
    window = {"opens_at": four + opens, "closes_at": four + closes}

    recount.nightly(campaigns.read(campaign).model_copy(update=window), four)

    assert len(ordered(campaign, RECOUNTS.name)) == recounts


def failing(error: Exception) -> Callable[..., None]:
    """Work that can't be done."""

    def work(*_: object) -> None:
        raise error

    return work


def test_a_failure_keeps_nothing_else_from_being_done(campaign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes behind it is done as well; then the failure is raised, for the alarm to see."""
    monkeypatch.setattr(RECOUNTS, "orders_due", [failing(ConnectionResetError("behind it"))])
    monkeypatch.setattr(order_mail, "due_slot", failing(ValueError("before it")))
    export_id = export.request_export(campaign, now_ms(), "test")

    with pytest.raises(ValueError, match="before it"):
        tick(MIDNIGHT)

    assert len(ordered(campaign, settle_counts.SETTLING.name)) == 1
    assert export.read_export(export_id).status == "done"


def test_a_lease_that_was_lost_is_no_failure(campaign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another worker is at it; nobody needs to be woken."""
    monkeypatch.setattr(RECOUNTS, "orders_due", [failing(LeaseLost("recount"))])

    tick(MIDNIGHT)

    assert len(ordered(campaign, settle_counts.SETTLING.name)) == 1


def test_a_kind_of_job_that_nobody_knows_is_left_alone(campaign: str) -> None:
    """A newer version may have ordered it, and will be there for it."""
    jobs.create(Job(id=f"newer#{campaign}", kind="newer", campaign=campaign, created_at=now_ms()))

    tick(MIDNIGHT)

    assert [job.attempts for job in jobs.of_kind("newer") if job.campaign == campaign] == [0]
