"""A job: work that must be done once, in steps, by whichever tick finds it, and that survives being killed."""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

LEASE_MS = 30_000
"""How long a worker may hold a job without renewing; a dead worker's job is taken over after that."""
MOST_TRIES = 20
"""So often a job is taken up without coming any further, before it is given up; and for so long at least:"""
GIVEN_UP_AFTER_MS = 10 * 60_000


class Status(StrEnum):
    """How a job stands. A new one needs a text on the desk: `d_status_<status>`."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Progress(BaseModel):
    """What a kind of job notes about its work, as JSON values; small. Each kind has its own model.

    What another release has noted beside it is kept.
    """

    model_config = ConfigDict(extra="allow")

    def position(self) -> int:
        """How far the work has come: grows as it goes on."""
        return 0

    def not_before(self) -> int:
        """The earliest instant at which there is something to do (ms)."""
        return 0

    def stored(self) -> dict[str, Any]:
        """As it is stored: what was never said stays out."""
        said = self.model_dump(exclude_defaults=True).keys() | self.model_fields_set
        return {name: value for name, value in self.model_dump(mode="json").items() if name in said}


class Job(BaseModel):
    """What has to be done and how far it has come, as it is stored."""

    id: str
    """`<kind>#<name>`"""
    kind: str
    campaign: str
    step: str = ""
    """The step it has reached, for a job of several steps."""
    data: dict[str, Any] = Field(default_factory=dict)
    """Its progress as JSON; read and written through its kind's model alone."""
    attempts: int = 0
    """How often a worker has taken it up."""
    furthest: int = 0
    """The furthest position that was ever reached."""
    idle: int = 0
    """How often it was taken up since it last came further."""
    idle_since: int = 0
    """When the first of these was (ms)."""
    done: bool = False
    """Nothing is to be done any more, whatever came of it."""
    outcome: Status | None = None
    """`failed`, or `cancelled` from the moment somebody asks for it on; else none."""
    created_at: int
    """ms since the epoch."""

    @property
    def name(self) -> str:
        """Its id among those of its kind."""
        return self.id.partition("#")[2]

    @property
    def status(self) -> Status:
        """For people."""
        if self.outcome:
            return self.outcome
        return Status.DONE if self.done else Status.RUNNING if self.attempts else Status.QUEUED

    @property
    def stuck_again(self) -> bool:
        """Whether another round of tries has brought it no further."""
        return self.idle > 1 and self.idle % MOST_TRIES == 1

    def taken(self, at_ms: int) -> None:
        """Notes another try."""
        self.attempts += 1
        self.idle_since = self.idle_since if self.idle else at_ms
        self.idle += 1

    def reached(self, position: int) -> None:
        """Notes where the work is."""
        if position > self.furthest:
            self.furthest, self.idle = position, 0

    def enter(self, step: str) -> None:
        """Goes on to the next step."""
        self.step, self.idle = step, 0

    def hopeless(self, at_ms: int) -> bool:
        """Whether to give it up: too many tries brought it no further, and not for moments only."""
        return self.idle > MOST_TRIES and at_ms - self.idle_since >= GIVEN_UP_AFTER_MS
