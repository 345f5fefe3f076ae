"""The night sweeps what ended long ago, and nothing that somebody may still ask for."""

from typing import Any

import pytest

from chalicelib import tick
from chalicelib.campaigns import campaigns
from chalicelib.jobs import jobs, sweep
from chalicelib.jobs.job import Job
from chalicelib.jobs.kinds import Kind, kinds
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.gateways import files
from chalicelib.links.domain.link import new_code
from chalicelib.links.usecases.pack_kits import KITS, KitsProgress
from chalicelib.mail.domain.mail_progress import MailProgress
from chalicelib.mail.kind import mail_kinds
from chalicelib.mail.usecases.order_mail import MAILS
from chalicelib.sealing.closing import CLOSINGS
from chalicelib.sealing.export import EXPORTS, ExportProgress
from tests import stage

NIGHT = 1_627_930_800_000
"""2021-08-03 03:00 in Shanghai."""
OLD = NIGHT - sweep.KEPT_MS - 1


@pytest.fixture
def name(engine: str) -> str:
    """A campaign's or a job's, fresh."""
    stage.prepare()
    return f"sweep-{now_ms()}-{new_code()}"


def done(kind: str, name: str, at_ms: int = OLD, **more: object) -> str:
    """A job that has ended; its id."""
    job = Job.model_validate(
        {"id": f"{kind}#{name}", "kind": kind, "campaign": name, "created_at": at_ms, "done": True} | more
    )
    jobs.create(job)
    return job.id


def test_what_ended_a_month_ago_goes_in_the_night(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the tick, whichever of that hour comes first."""
    job = done("settle", name)
    monkeypatch.setattr(campaigns, "all_campaigns", list)
    monkeypatch.setattr(jobs, "unfinished", list)

    for at_ms in (NIGHT - 1, NIGHT + stage.HOUR_MS):
        tick.tick(at_ms)
        assert jobs.find(job) is not None
    tick.tick(NIGHT)

    assert jobs.find(job) is None


def test_what_is_younger_stays(name: str) -> None:
    """To the millisecond."""
    job = done("settle", name, OLD + 1)

    sweep.sweep(NIGHT)
    assert jobs.find(job) is not None
    sweep.sweep(NIGHT + 1)
    assert jobs.find(job) is None


def test_what_has_not_ended_stays_however_old(name: str) -> None:
    """It is still to be done."""
    job = done("export", name, done=False)

    sweep.sweep(NIGHT)

    assert jobs.find(job) is not None


def test_what_is_told_once_stays_for_good(name: str) -> None:
    """A closing, and the mails of a seal: were they gone, both would be done again. Other mails go."""
    CLOSINGS.create(name, name, OLD, done=True)
    for occasion in mail_kinds():
        MAILS.create(f"{name}#{occasion}", name, OLD, MailProgress(occasion=occasion, at=OLD), done=True)

    sweep.sweep(NIGHT)

    assert CLOSINGS.get(name) is not None
    assert [one.progress.occasion for one in MAILS.of_campaign(name)] == ["final"]


@pytest.mark.parametrize("kind", [EXPORTS, KITS], ids=lambda kind: kind.name)
def test_what_can_be_downloaded_stays_until_its_files_are_gone(name: str, kind: Kind[Any]) -> None:
    """Those that were cancelled have none."""
    listed = [{"name": file, "sha256": "0" * 64, "rows": 0, "bytes": 3} for file in kind.downloads]
    progress = {"export": ExportProgress(files=listed), "kits": KitsProgress(done=1, of=1, files=listed)}[kind.name]
    kind.create(name, name, OLD, progress, done=True)
    for file in kind.downloads:
        files.put(f"{name}/{name}/{file}", b"abc")

    sweep.sweep(NIGHT)
    assert kind.get(name) is not None
    files.remove(f"{name}/{name}")
    sweep.sweep(NIGHT)
    assert kind.get(name) is None


def test_a_kind_that_nobody_knows_is_left_alone(name: str) -> None:
    """A newer version may need it."""
    job = done("newer", name)

    sweep.sweep(NIGHT)

    assert "newer" not in kinds()
    assert jobs.find(job) is not None


def test_one_sweep_has_an_end(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much was left by years without sweeping; the next tick goes on."""
    monkeypatch.setattr(sweep, "MOST_AT_ONCE", 2)
    sweep.sweep(NIGHT)
    made = [done("settle", f"{name}-{number}") for number in range(3)]
    monkeypatch.setattr(jobs, "everything", lambda: [job for job in map(jobs.find, made) if job is not None])

    left = []
    for _ in range(2):
        sweep.sweep(NIGHT)
        left.append(sum(jobs.find(job) is not None for job in made))

    assert left == [1, 0]
