"""Taking up a job: by one worker at a time, let go at once where something fails, and held for a while by the dead."""

from collections.abc import Callable

import pytest

from chalicelib.jobs import jobs
from chalicelib.jobs.job import LEASE_MS, Job, Progress
from chalicelib.jobs.jobs import Lease, LeaseLost
from chalicelib.jobs.kinds import Kind
from chalicelib.jobs.run_leased import finish, take_up
from chalicelib.kernel.clock import now_ms
from chalicelib.links.domain.link import new_code
from tests import stage

AT = 1_627_952_400_000


class Halves(Progress):
    """What the tests' work notes."""

    half: str = ""


KIND = Kind("test", Halves)
"""Not declared: no tick finds it."""


class Killed(BaseException):
    """The worker is gone: nothing of it runs any more, no handler either."""


@pytest.fixture
def job(engine: str) -> str:
    """A job that nobody has taken up."""
    stage.prepare()
    name = f"test#{now_ms()}-{new_code()}"
    jobs.create(Job(id=name, kind="test", campaign="c", created_at=AT))
    return name


def stored(job: str) -> Job:
    """How far the job has come."""
    found = jobs.find(job)
    assert found is not None
    return found


def dying(error: BaseException) -> Callable[[Lease[Halves]], None]:
    """Work that comes half the way."""

    def work(lease: Lease[Halves]) -> None:
        lease.progress.half = "done"
        raise error

    return work


def takes_up(job: str, at_ms: int) -> bool:
    """Whether a worker gets the job at this instant; it leaves it unfinished."""
    taken: list[Lease[Halves]] = []
    take_up(KIND, job, at_ms, taken.append)
    return bool(taken)


def test_where_work_fails_the_next_tick_tries_again_at_once(job: str) -> None:
    """The failure is reported, what was done is kept, and nobody waits for a lease to run out."""
    with pytest.raises(ConnectionResetError):
        take_up(KIND, job, AT, dying(ConnectionResetError()))

    assert stored(job).data == {"half": "done"}
    assert not stored(job).done
    assert takes_up(job, AT)
    assert stored(job).attempts == 2


@pytest.mark.parametrize(("later", "taken"), [(0, False), (LEASE_MS - 1, False), (LEASE_MS, True)])
def test_the_job_of_a_dead_worker_is_taken_over_when_its_lease_runs_out(job: str, later: int, taken: bool) -> None:
    """It may still be at it; so another waits, and exactly that long."""
    with pytest.raises(Killed):
        take_up(KIND, job, AT, dying(Killed()))

    assert takes_up(job, AT + later) is taken


def test_a_worker_that_goes_on_keeps_the_job(job: str) -> None:
    """Each save renews the lease from that instant on."""

    def work(lease: Lease[Halves]) -> None:
        lease.save(AT + LEASE_MS - 1)
        assert not takes_up(job, AT + 2 * LEASE_MS - 2)
        assert takes_up(job, AT + 2 * LEASE_MS - 1)

    take_up(KIND, job, AT, work)


def test_a_worker_that_was_overtaken_can_neither_save_nor_finish_nor_let_go(job: str) -> None:
    """The job is the other's, with what the other has noted."""

    def overtaken(lease: Lease[Halves]) -> None:
        lease.progress.half = "late"
        take_up(KIND, job, AT + LEASE_MS, lambda other: other.save(AT + LEASE_MS))
        acts: list[Callable[[], None]] = [lambda: lease.save(AT), lambda: finish(lease, AT), lease.release]
        for act in acts:
            with pytest.raises(LeaseLost):
                act()

    take_up(KIND, job, AT, overtaken)

    assert (stored(job).data, stored(job).done) == ({}, False)
    assert not takes_up(job, AT + 2 * LEASE_MS - 1)


@pytest.mark.parametrize("error", [LeaseLost("gone"), ConnectionResetError()], ids=lambda error: type(error).__name__)
def test_the_failure_of_a_worker_that_was_overtaken_lets_nothing_go(job: str, error: Exception) -> None:
    """It stops, as one that lost its lease, and the other goes on undisturbed."""

    def overtaken(lease: Lease[Halves]) -> None:
        take_up(KIND, job, AT + LEASE_MS, lambda other: other.save(AT + LEASE_MS))
        raise error

    with pytest.raises(LeaseLost):
        take_up(KIND, job, AT, overtaken)

    assert not takes_up(job, AT + 2 * LEASE_MS - 1)


def test_of_two_who_take_a_job_at_once_one_gets_it(job: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have seen it free."""
    find, taken = jobs._find, []

    def find_and_be_overtaken(name: str) -> jobs.JobItem | None:
        found = find(name)
        monkeypatch.undo()
        taken.append(takes_up(job, AT))
        return found

    monkeypatch.setattr(jobs, "_find", find_and_be_overtaken)
    taken.append(takes_up(job, AT))

    assert taken == [True, False]
    assert stored(job).attempts == 1


def test_a_worker_that_renews_at_the_last_moment_keeps_the_job(job: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another has seen its lease run out, but comes to take it only after the renewal."""
    holding, find = jobs.take(job, AT, Halves), jobs._find
    assert holding is not None

    def find_and_be_overtaken(name: str) -> jobs.JobItem | None:
        found = find(name)
        holding.save(AT + LEASE_MS)
        return found

    monkeypatch.setattr(jobs, "_find", find_and_be_overtaken)

    assert not takes_up(job, AT + LEASE_MS)
    finish(holding, AT + LEASE_MS)


def test_what_is_done_is_not_done_again(job: str) -> None:
    """However long ago, and under no second job of its name."""
    take_up(KIND, job, AT, lambda lease: finish(lease, AT))

    assert stored(job).done
    assert not takes_up(job, AT + 100 * LEASE_MS)
    assert not jobs.create(Job(id=job, kind="test", campaign="c", created_at=AT))
    assert stored(job).done


def test_there_is_nothing_to_take_up_of_no_job(engine: str) -> None:
    """And nothing comes of trying."""
    assert not takes_up("test#none", AT)
    assert jobs.find("test#none") is None
