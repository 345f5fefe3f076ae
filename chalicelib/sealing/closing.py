"""The job that closes a collection: what it notes, and where it puts files."""

from typing import Any

from pydantic import Field

from chalicelib.jobs.job import Progress
from chalicelib.jobs.jobs import Lease
from chalicelib.jobs.kinds import Kind, declare


class ClosingProgress(Progress):
    """What earlier steps have found out."""

    parts: dict[str, str] = Field(default_factory=dict)
    """The part of each segment that counts."""
    export: dict[str, Any] = Field(default_factory=dict)
    """The final file of the first format, as the manifest lists it; and those of the `others`."""
    others: list[dict[str, Any]] = Field(default_factory=list)
    manifest: str = ""
    manifest_sha256: str = ""
    buckets: int = 0

    def position(self) -> int:
        """By segments of the recount; the later steps are short."""
        return len(self.parts)


CLOSINGS = declare(Kind("close", ClosingProgress, gives_up=False, kept=lambda _: True))
Closing = Lease[ClosingProgress]


def job_id(campaign: str) -> str:
    """The one closing job of a campaign."""
    return CLOSINGS.id_of(campaign)


def manifest_name(campaign: str) -> str:
    """The path of a campaign's manifest among the files."""
    return final_name(campaign, "manifest.json")


def final_name(campaign: str, name: str) -> str:
    """Where one of the files lies that the seal makes."""
    return f"{folder(campaign, 'final')}/{name}"


def folder(campaign: str, name: str) -> str:
    return f"{campaign}/{name}"
