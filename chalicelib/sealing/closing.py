"""The job that closes a collection: what it notes, and where it puts files."""

from typing import Any

from pydantic import Field

from chalicelib.campaigns.campaign import Seal
from chalicelib.jobs.job import Progress
from chalicelib.jobs.jobs import Lease
from chalicelib.jobs.kinds import Kind, declare
from chalicelib.kernel.gateways import files


class ClosingProgress(Progress):
    """What earlier steps have found out."""

    segments: int = 0
    """Into how many the table is cut; 0: not known yet, or begun by release 0.1.0."""
    rows: int = 0
    """Read so far, by all who are at it."""
    read: int = 0
    """Segments that are read."""
    parts: dict[str, str] = Field(default_factory=dict)
    """The part of each segment that counts, once all are there."""
    export: dict[str, Any] = Field(default_factory=dict)
    """The final file of the first format, as the manifest lists it; and those of the `others`."""
    others: list[dict[str, Any]] = Field(default_factory=list)
    manifest: str = ""
    manifest_sha256: str = ""
    members: int = 0

    def position(self) -> int:
        """By rows of the recount; the later steps tell each that they go on."""
        return self.rows

    def names(self) -> list[str]:
        """The parts, in the order of their segments."""
        return [self.parts[str(segment)] for segment in range(self.segments)]


CLOSINGS = declare(Kind("close", ClosingProgress, gives_up=False, kept=lambda _: True))
Closing = Lease[ClosingProgress]


def job_id(campaign: str) -> str:
    """The one closing job of a campaign."""
    return CLOSINGS.id_of(campaign)


def manifest_name(campaign: str) -> str:
    """The path of a campaign's manifest among the files."""
    return final_name(campaign, "manifest.json")


def final_name(campaign: str, name: str) -> str:
    """Where one of the files lies that the seal makes for everybody who may see it."""
    return f"{Seal.folder(campaign, 'final')}/{name}"


def parts_folder(campaign: str) -> str:
    """Where the parts of the closing lie."""
    return files.scratch(Seal.folder(campaign, "final"))
