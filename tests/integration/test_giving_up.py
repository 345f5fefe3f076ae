"""A job that comes no further is given up in the end, loudly; one that does, however slowly, never is."""

import logging
from functools import partial

import pytest

from chalicelib.jobs import jobs
from chalicelib.jobs.job import GIVEN_UP_AFTER_MS, LEASE_MS, MOST_TRIES, Job, Progress, Status
from chalicelib.jobs.jobs import Lease
from chalicelib.jobs.kinds import Kind
from chalicelib.jobs.run_leased import finish, take_up
from chalicelib.kernel.clock import now_ms
from chalicelib.links.domain.link import new_code
from chalicelib.mail.usecases.order_mail import MAILS
from chalicelib.sealing.closing import CLOSINGS
from tests import stage

AT = 1_627_952_400_000
MINUTE_MS = 60_000


class Steps(Progress):
    """How far the tests' work has come."""

    steps: int = 0

    def position(self) -> int:
        """By steps."""
        return self.steps


class Broken(Exception):
    """The work can't be done."""


@pytest.fixture
def job(engine: str) -> str:
    """A job that nobody has taken up."""
    stage.prepare()
    name = f"{now_ms()}-{new_code()}"
    Kind("toy", Steps).create(name, "c", AT)
    return f"toy#{name}"


def stored(job: str) -> Job:
    """How the job stands."""
    found = jobs.find(job)
    assert found is not None
    return found


def fail(lease: Lease[Steps], reaching: int = 0) -> None:
    """Comes as far as that, and fails."""
    lease.progress.steps = reaching
    raise Broken


def keep_trying(kind: Kind[Steps], job: str, times: int, every_ms: int = MINUTE_MS) -> None:
    """That many ticks, at each of which the work fails at its first step."""
    for number in range(times):
        with pytest.raises(Broken):
            take_up(kind, job, AT + number * every_ms, fail)


def test_what_comes_no_further_is_given_up_and_tidied(job: str, caplog: pytest.LogCaptureFixture) -> None:
    """After twenty tries; then nobody takes it up any more, and the alarm's words are in the log."""
    tidied: list[str] = []
    kind = Kind("toy", Steps, tidy=lambda gone: tidied.append(gone.id))
    keep_trying(kind, job, MOST_TRIES)
    assert (stored(job).status, tidied) == (Status.RUNNING, [])

    with caplog.at_level(logging.ERROR):
        take_up(kind, job, AT + MOST_TRIES * MINUTE_MS, fail)

    assert (stored(job).status, stored(job).done, tidied) == (Status.FAILED, True, [job])
    assert caplog.messages == [f"job failed: {job} has come no further in 20 tries"]
    take_up(kind, job, AT + 100 * MINUTE_MS, fail)


def test_many_tries_in_a_moment_give_nothing_up(job: str) -> None:
    """Where ticks come every two seconds, a disk that is full for a minute fails no job for good."""
    kind, every_ms = Kind("toy", Steps), 2_000

    keep_trying(kind, job, GIVEN_UP_AFTER_MS // every_ms, every_ms)
    take_up(kind, job, AT + GIVEN_UP_AFTER_MS, fail)

    assert stored(job).status == Status.FAILED


def test_a_few_tries_in_a_long_time_give_nothing_up(job: str) -> None:
    """Where a worker dies each time, hours may lie between."""
    keep_trying(Kind("toy", Steps), job, MOST_TRIES, GIVEN_UP_AFTER_MS)

    assert stored(job).status == Status.RUNNING


def test_a_step_further_begins_the_count_anew(job: str) -> None:
    """A job of many steps that fails at each of them nineteen times comes to its end."""
    kind = Kind("toy", Steps)
    for number in range(5 * MOST_TRIES):
        with pytest.raises(Broken):
            take_up(kind, job, AT + number * MINUTE_MS, partial(fail, reaching=1 + number // MOST_TRIES))

    assert stored(job).status == Status.RUNNING
    assert stored(job).furthest == 5


def test_the_same_steps_over_and_over_are_no_progress(job: str) -> None:
    """Each try starts afresh and dies at the third step: that is further than the first, but never further."""
    kind = Kind("toy", Steps)
    for number in range(MOST_TRIES + 1):
        with pytest.raises(Broken):
            take_up(kind, job, AT + number * MINUTE_MS, lambda lease: fail(lease, 3))

    take_up(kind, job, AT + (MOST_TRIES + 1) * MINUTE_MS, fail)

    assert stored(job).status == Status.FAILED


def test_what_must_not_be_given_up_shouts_and_goes_on(job: str, caplog: pytest.LogCaptureFixture) -> None:
    """The closing above all, and mails."""
    kind = Kind("toy", Steps, gives_up=False)
    keep_trying(kind, job, MOST_TRIES + 3)

    take_up(kind, job, AT + 50 * MINUTE_MS, lambda lease: finish(lease, AT + 50 * MINUTE_MS))

    assert stored(job).status == Status.DONE
    assert [message for message in caplog.messages if message.startswith("job failed: ")] == [
        f"job failed: {job} has come no further in {tries} tries" for tries in (20,)
    ]
    assert not CLOSINGS.gives_up
    assert not MAILS.gives_up


def test_workers_that_are_killed_count_as_tries(job: str) -> None:
    """They say nothing any more; that they took it up is stored before."""
    for number in range(MOST_TRIES):
        assert jobs.take(job, AT + number * LEASE_MS, Steps) is not None

    take_up(Kind("toy", Steps), job, AT + MOST_TRIES * LEASE_MS, fail)

    assert stored(job).status == Status.FAILED
