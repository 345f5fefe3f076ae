"""Sweeping the jobs table: what ended long ago and nobody needs is removed, so that reading all of it stays cheap."""

from chalicelib.jobs import jobs
from chalicelib.jobs.job import Job
from chalicelib.jobs.kinds import kinds
from chalicelib.kernel.instants import DAY_MS, shanghai

NIGHTLY_AT = 3
"""Shanghai's hour in which every tick sweeps."""
KEPT_MS = 30 * DAY_MS
MOST_AT_ONCE = 500
"""A sweep removes no more jobs than that, in some seconds; an hour's ticks remove thirty thousand."""


def sweep(at_ms: int) -> None:
    """Removes jobs that ended, of kinds that are known, ordered more than thirty days ago; a kind may keep some."""
    if shanghai(at_ms).hour != NIGHTLY_AT:
        return
    old = [job for job in jobs.everything() if job.done and job.created_at < at_ms - KEPT_MS]
    for job in [job for job in old if not _is_kept(job)][:MOST_AT_ONCE]:
        jobs.remove(job)


def _is_kept(job: Job) -> bool:
    kind = kinds().get(job.kind)
    return kind is None or kind.kept(kind.read(job))
