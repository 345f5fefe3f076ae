"""The job that closes a collection: what it notes, and where it puts files."""

from typing import Any

from pydantic import Field

from chalicelib.campaigns.campaign import Campaign, Seal
from chalicelib.jobs.job import Progress
from chalicelib.jobs.jobs import Lease
from chalicelib.jobs.kinds import Kind, declare
from chalicelib.kernel.gateways import files
from chalicelib.sealing.judge_all import JudgingProgress


class ClosingProgress(Progress):
    """What earlier steps have found out."""

    judging: JudgingProgress = Field(default_factory=JudgingProgress)
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
    roll: dict[str, Any] = Field(default_factory=dict)
    """What the manifest says of the roll and its tree, and how many runs of places there are."""
    manifest: str = ""
    manifest_sha256: str = ""
    members: int = 0
    buckets: int = 0
    """What release 0.1.0 noted in its place."""

    def position(self) -> int:
        """By the judging and the rows of the recount; the later steps tell each that they go on."""
        return self.judging.position() + self.rows

    def names(self) -> list[str]:
        """The parts, in the order of their segments."""
        return [self.parts[str(segment)] for segment in range(self.segments)]


class OthersAreAtIt(Exception):
    """A step waits for what other workers do; this one has done its share."""


TICK = "tick"
"""How the audit log names what closes."""
CLOSINGS = declare(Kind("close", ClosingProgress, gives_up=False, kept=lambda _: True))
Closing = Lease[ClosingProgress]


def name_of(campaign: Campaign) -> str:
    """The closing of a campaign for the seal that it has, or will have, among the jobs of its kind."""
    return campaign.id if campaign.seal_number == 1 else f"{campaign.id}.{campaign.seal_number}"


def job_id(campaign: Campaign) -> str:
    """Likewise, among all jobs."""
    return CLOSINGS.id_of(name_of(campaign))


def final_folder(campaign: Campaign) -> str:
    """Where the files lie that the seal makes for everybody who may see them."""
    return Seal.folder(campaign.id, "final", campaign.seal_number)


def manifest_name(campaign: Campaign) -> str:
    """The path of a campaign's manifest among the files."""
    return f"{final_folder(campaign)}/manifest.json"


def parts_folder(campaign: Campaign) -> str:
    """Where the parts of the closing lie. Under the plain name lie those of earlier releases, which know no roll,
    under `.2` those of one that knew no places in it."""
    return f"{files.scratch(final_folder(campaign))}.3"


def judging_folder(campaign: Campaign) -> str:
    """Where the parts of its final judging lie."""
    return f"{parts_folder(campaign)}-judging"
