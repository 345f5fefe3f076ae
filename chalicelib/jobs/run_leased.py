"""Taking up a job that was ordered or is due: by one worker at a time, and let go at once where something fails."""

from collections.abc import Callable

from chalicelib.jobs import jobs
from chalicelib.jobs.jobs import Lease, LeaseLost


def take_up(job_id: str, at_ms: int, work: Callable[[Lease], None]) -> None:
    """Does `work` on a job, unless it is done or another worker is at it.

    Raises `LeaseLost` where another worker took over meanwhile, and whatever `work` raises; then the next tick tries
    again, at once.
    """
    lease = jobs.take(job_id, at_ms)
    if lease is None:
        return
    try:
        work(lease)
    except LeaseLost:
        raise
    except Exception:
        lease.release()
        raise


def finish(lease: Lease, at_ms: int) -> None:
    """The job is done. Raises `LeaseLost`."""
    lease.job.done = True
    lease.save(at_ms)
