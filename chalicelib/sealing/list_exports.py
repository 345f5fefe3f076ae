"""The exports of a campaign, for a person to find them again."""

from dataclasses import dataclass

from chalicelib.jobs import jobs
from chalicelib.sealing.export import KIND


@dataclass(frozen=True, slots=True)
class Ordered:
    """An export that was ordered."""

    id: str
    ordered_at: int
    """ms since the epoch."""
    status: str
    """`queued`, `running` or `done`."""


def list_exports(campaign: str) -> list[Ordered]:
    """Newest first."""
    found = [job for job in jobs.of_kind(KIND) if job.campaign == campaign]
    return [
        Ordered(
            job.id.partition("#")[2], job.created_at, "done" if job.done else "running" if job.attempts else "queued"
        )
        for job in sorted(found, key=lambda job: -job.created_at)
    ]
