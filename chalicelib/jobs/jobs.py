"""The jobs table: a job is held by one worker at a time, under a lease, and only its holder moves it on."""

import secrets
from dataclasses import dataclass

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition

from chalicelib.jobs.job import LEASE_MS, Job
from chalicelib.kernel.store.dynamodb import ConditionFailed, Table, TableMeta, table_name, write_if


class JobItem(Table):
    """A job as one document, and its lease."""

    class Meta(TableMeta):
        table_name = table_name("jobs")

    id = UnicodeAttribute(hash_key=True)
    kind = UnicodeAttribute()
    document = UnicodeAttribute()
    holder = UnicodeAttribute(null=True)
    leased_until = NumberAttribute(default=0)


class LeaseLost(Exception):
    """Somebody else has taken the job over; this worker must stop."""


@dataclass(slots=True)
class Lease:
    """A job that this worker holds."""

    job: Job
    holder: str

    def save(self, now_ms: int) -> None:
        """Stores how far the job has come, and renews the lease. Raises `LeaseLost`."""
        _write(self, now_ms + LEASE_MS, JobItem.holder == self.holder)

    def release(self) -> None:
        """Stores how far the job has come, and lets the next worker have it at once. Raises `LeaseLost`."""
        _write(self, 0, JobItem.holder == self.holder)


def create(job: Job) -> bool:
    """Stores a job unless there is one with its id; says whether it did."""
    try:
        _write(Lease(job, holder="nobody"), 0, JobItem.id.does_not_exist())
    except LeaseLost:
        return False
    return True


def take(job_id: str, now_ms: int) -> Lease | None:
    """Takes up a job; none where there is no such job, it is done, or another worker holds it."""
    item = _find(job_id)
    if item is None or item.leased_until > now_ms:
        return None
    job = Job.model_validate_json(item.document)
    if job.done:
        return None
    job.attempts += 1
    lease = Lease(job, secrets.token_hex(8))
    try:
        same = (JobItem.holder == item.holder) & (JobItem.leased_until == item.leased_until)
        _write(lease, now_ms + LEASE_MS, same)
    except LeaseLost:
        return None
    return lease


def find(job_id: str) -> Job | None:
    """The job as it stands, read consistently."""
    item = _find(job_id)
    return Job.model_validate_json(item.document) if item else None


def of_kind(kind: str) -> list[Job]:
    """The jobs of a kind. Reads the whole table: jobs are few."""
    found = JobItem.scan(JobItem.kind == kind, consistent_read=True)
    return [Job.model_validate_json(item.document) for item in found]


def unfinished() -> list[Job]:
    """The jobs that are not done, by id. Reads the whole table: jobs are few."""
    found = (Job.model_validate_json(item.document) for item in JobItem.scan(consistent_read=True))
    return sorted((job for job in found if not job.done), key=lambda job: job.id)


def _find(job_id: str) -> JobItem | None:
    try:
        return JobItem.get(job_id, consistent_read=True)
    except JobItem.DoesNotExist:
        return None


def _write(lease: Lease, leased_until: int, condition: Condition) -> None:
    item = JobItem(
        lease.job.id,
        kind=lease.job.kind,
        document=lease.job.model_dump_json(),
        holder=lease.holder,
        leased_until=leased_until,
    )
    try:
        write_if(JobItem, "put_item", item.get_save_kwargs_from_instance(condition=condition))
    except ConditionFailed:
        raise LeaseLost(lease.job.id) from None
