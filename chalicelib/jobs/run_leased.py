"""Running a job that was ordered or is due: by one worker at a time; a failure releases the lease."""

import logging
from collections.abc import Callable

from chalicelib.jobs import jobs
from chalicelib.jobs.job import Status
from chalicelib.jobs.jobs import Cancelled, Lease, LeaseLost, P
from chalicelib.jobs.kinds import Kind

log = logging.getLogger(__name__)


def take_up(kind: Kind[P], job_id: str, at_ms: int, work: Callable[[Lease[P]], None] | None = None) -> None:
    """Does the kind's work on a job, or `work`, unless it has ended or waits for its time, or another worker is at it.

    One that was cancelled ends, and one that comes no further is given up. Raises `LeaseLost` where another worker
    took over meanwhile, and whatever the work raises; then the next tick tries again, at once.
    """
    does = work or kind.does
    lease = jobs.take(job_id, at_ms, kind.progress) if does else None
    if lease is None or does is None:
        return
    given_up = Status.FAILED if kind.gives_up and lease.job.hopeless(at_ms) else None
    if given_up or lease.job.stuck_again:
        log.error("job failed: %s has come no further in %d tries", job_id, lease.job.idle - 1)
    if outcome := lease.job.outcome or given_up:
        _end(kind, lease, outcome)
    else:
        _work(kind, lease, does)


def finish(lease: Lease[P], at_ms: int) -> None:
    """The job is done. Raises `LeaseLost`, `Cancelled`."""
    lease.job.done = True
    lease.save(at_ms)


def _work(kind: Kind[P], lease: Lease[P], work: Callable[[Lease[P]], None]) -> None:
    try:
        work(lease)
    except LeaseLost:
        raise
    except Cancelled:
        _end(kind, lease, Status.CANCELLED)
    except Exception:
        lease.release()
        raise


def _end(kind: Kind[P], lease: Lease[P], outcome: Status) -> None:
    """Ends a job whose work isn't done; its files first, so that a crash in between leaves none behind."""
    kind.tidy(lease.job)
    lease.end(outcome)
