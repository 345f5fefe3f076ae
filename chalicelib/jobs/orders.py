"""Orders: long work that somebody asks for. A campaign has one of each kind under way; asking again gives that one."""

from typing import Any

from chalicelib.jobs import jobs
from chalicelib.jobs.job import Job
from chalicelib.kernel.errors import NotFound


def order(kind: str, campaign: str, at_ms: int, data: dict[str, Any]) -> tuple[str, bool]:
    """The id of the order that is under way, and whether it is new. Whoever is second finds the first one's."""
    earlier = [job for job in jobs.of_kind(kind) if job.campaign == campaign]
    under_way = next((job for job in earlier if not job.done), None)
    if under_way is not None:
        return _id(under_way), False
    order_id = f"{campaign}.{len(earlier) + 1}"
    fresh = jobs.create(Job(id=job_id(kind, order_id), kind=kind, campaign=campaign, data=data, created_at=at_ms))
    return order_id, fresh


def find(kind: str, order_id: str) -> Job:
    """An order. Raises `NotFound`."""
    job = jobs.find(job_id(kind, order_id))
    if job is None:
        raise NotFound("no_order", name=order_id)
    return job


def latest(kind: str, campaign: str) -> tuple[str, Job] | None:
    """The campaign's last order of a kind, and its id."""
    ordered = [job for job in jobs.of_kind(kind) if job.campaign == campaign]
    last = max(ordered, key=lambda job: job.created_at, default=None)
    return (_id(last), last) if last else None


def status(job: Job) -> str:
    """`queued`, `running` or `done`."""
    return "done" if job.done else "running" if job.attempts else "queued"


def job_id(kind: str, order_id: str) -> str:
    """The job of an order."""
    return f"{kind}#{order_id}"


def _id(job: Job) -> str:
    return job.id.partition("#")[2]
