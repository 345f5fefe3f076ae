"""The jobs table: a job is held by one worker at a time, under a lease, and only its holder moves it on.

The night sweeps it (`jobs.sweep`), so it holds a month of jobs and what is kept for good: thousands of rows of a
kilobyte or less, which is the bound of what reads all of it.
"""

import secrets
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition

from chalicelib.jobs.job import LEASE_MS, Job, Progress, Status
from chalicelib.kernel.store.dynamodb import ConditionFailed, Table, TableMeta, fits_key, table_name, write_if
from chalicelib.kernel.store.writes import Write, commit, put, until_not_overtaken

_LONGEST_LEASE_MS = 2 * LEASE_MS
"""A lease that is said to last longer was taken by a clock that was far ahead, and would hold the job for as long."""


class JobItem(Table):
    """A job as one document, and its lease."""

    class Meta(TableMeta):
        table_name = table_name("jobs")

    id = UnicodeAttribute(hash_key=True)
    kind = UnicodeAttribute()
    document = UnicodeAttribute()
    holder = UnicodeAttribute(null=True)
    leased_until = NumberAttribute(default=0)
    cancelled = BooleanAttribute(null=True)
    """Set from outside, while a worker holds it: beside the document, which is the worker's."""


class LeaseLost(Exception):
    """Somebody else has taken the job over; this worker must stop."""


class Cancelled(Exception):
    """Somebody has cancelled the job; this worker, which still holds it, must stop and tidy up."""


P = TypeVar("P", bound=Progress)


@dataclass(slots=True)
class Lease(Generic[P]):
    """A job that this worker holds, and what it notes about it."""

    job: Job
    progress: P
    holder: str
    stored: str
    """The document as it was last stored."""
    lost: bool = False
    """Whether it was given up because the work stood still: then nothing is stored any more."""
    _storing: Lock = field(default_factory=Lock)
    """Held by the worker, or by the thread that renews the lease for it."""

    def save(self, now_ms: int) -> None:
        """Stores how far the job has come, and renews the lease. Raises `LeaseLost`, `Cancelled`."""
        self._write(now_ms + LEASE_MS)

    def release(self) -> None:
        """Stores how far the job has come, and lets the next worker have it at once. Raises as `save`."""
        self._write(0)

    def renew(self, now_ms: int) -> None:
        """Renews the lease alone, from another thread. Raises as `save`."""
        with self._storing:
            self._store(now_ms + LEASE_MS)

    def end(self, outcome: Status | None = None) -> None:
        """The job is done, or has come to another end, cancelled or not. Raises `LeaseLost`."""
        self.job.done, self.job.outcome = True, outcome
        self.job.data = self.progress.stored()
        try:
            _put(_item(self.job, self.holder, 0), JobItem.holder == self.holder)
        except ConditionFailed:
            raise LeaseLost(self.job.id) from None

    def _write(self, leased_until: int) -> None:
        self.job.reached(self.progress.position())
        self.job.data = self.progress.stored()
        with self._storing:
            self.stored = self.job.model_dump_json()
            self._store(leased_until)

    def _store(self, leased_until: int) -> None:
        if self.lost:
            raise LeaseLost(self.job.id)
        mine = (JobItem.holder == self.holder) & JobItem.cancelled.does_not_exist()
        try:
            _put(_item(self.job, self.holder, leased_until, self.stored), mine)
        except ConditionFailed as failed:
            holder = (failed.item or {}).get("holder", {}).get("S")
            raise (Cancelled if holder == self.holder else LeaseLost)(self.job.id) from None


def create(job: Job, *beside: Write) -> bool:
    """Stores a job unless there is one with its id, together with other writes; says whether it did."""
    try:
        commit(put(_item(job, "nobody", 0), JobItem.id.does_not_exist()), *beside)
    except ConditionFailed:
        return False
    return True


def take(job_id: str, now_ms: int, model: type[P]) -> Lease[P] | None:
    """Takes up a job, whose progress is of this model; none where there is no such job, it is done or waits for its
    time, or another worker holds it."""
    item = _find(job_id)
    if item is None or now_ms < item.leased_until <= now_ms + _LONGEST_LEASE_MS:
        return None
    job = Job.model_validate_json(item.document)
    progress = model.model_validate(job.data)
    if job.done or progress.not_before() > now_ms:
        return None
    job.taken(now_ms)
    mine = _item(job, secrets.token_hex(8), now_ms + LEASE_MS)
    mine.cancelled = item.cancelled
    same = (JobItem.holder == item.holder) & (JobItem.leased_until == item.leased_until)
    unchanged = JobItem.cancelled.exists() if item.cancelled else JobItem.cancelled.does_not_exist()
    try:
        _put(mine, same & unchanged)
    except ConditionFailed:
        return None
    return Lease(job, progress, mine.holder, mine.document)


def cancel(job_id: str, *beside: Write) -> bool:
    """Marks a job as cancelled, whoever holds it, together with other writes; says whether it did: none is that is not
    there or has ended."""

    def attempt() -> bool:
        item = _find(job_id)
        job = Job.model_validate_json(item.document) if item else None
        if item is None or job is None or job.done or item.cancelled:
            return False
        job.outcome = Status.CANCELLED
        same = (JobItem.document == item.document) & (JobItem.holder == item.holder)
        marked = _item(job, item.holder, int(item.leased_until))
        marked.cancelled = True
        commit(put(marked, same), *beside)
        return True

    return until_not_overtaken(attempt)


def remove(job: Job) -> None:
    """Removes a job that has ended, for good."""
    JobItem(job.id).delete()


def find(job_id: str) -> Job | None:
    """The job as it is stored now, read consistently."""
    item = _find(job_id)
    return Job.model_validate_json(item.document) if item else None


def of_kind(kind: str) -> list[Job]:
    """The jobs of a kind. Reads the whole table, see above."""
    found = JobItem.scan(JobItem.kind == kind, consistent_read=True)
    return [Job.model_validate_json(item.document) for item in found]


def everything() -> list[Job]:
    """All jobs, by id. Reads the whole table, see above."""
    found = (Job.model_validate_json(item.document) for item in JobItem.scan(consistent_read=True))
    return sorted(found, key=lambda job: job.id)


def unfinished() -> list[Job]:
    """The jobs that are not done, by id. Reads the whole table, see above."""
    return [job for job in everything() if not job.done]


def _find(job_id: str) -> JobItem | None:
    if not fits_key(job_id):
        return None
    try:
        return JobItem.get(job_id, consistent_read=True)
    except JobItem.DoesNotExist:
        return None


def _item(job: Job, holder: str, leased_until: int, document: str | None = None) -> JobItem:
    whole = document or job.model_dump_json()
    return JobItem(job.id, kind=job.kind, document=whole, holder=holder, leased_until=leased_until)


def _put(item: JobItem, condition: Condition) -> None:
    arguments = item.get_save_kwargs_from_instance(condition=condition)
    write_if(JobItem, "put_item", arguments | {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"})
