"""A job: work that must be done once, in steps, by whichever tick finds it, and that survives being killed."""

from typing import Any

from pydantic import BaseModel, Field

LEASE_MS = 30_000
"""How long a worker may hold a job without renewing; a dead worker's job is taken over after that."""


class Job(BaseModel):
    """What has to be done and how far it has come."""

    id: str
    kind: str
    campaign: str
    step: str = ""
    """Where it stands, for a job of several steps."""
    data: dict[str, Any] = Field(default_factory=dict)
    """What earlier steps found out, as JSON values; small."""
    attempts: int = 0
    """How often a worker has taken it up."""
    done: bool = False
    created_at: int
    """ms since the epoch."""
