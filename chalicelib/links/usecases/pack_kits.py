"""Packing the kits of all units into one archive: by a job, written as it is made and never in memory as a whole."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import Field

from chalicelib.associations.store import units
from chalicelib.campaigns import campaigns
from chalicelib.jobs.heartbeat import kept
from chalicelib.jobs.job import Job, Progress, Status
from chalicelib.jobs.jobs import Lease
from chalicelib.jobs.kinds import Kind, declare
from chalicelib.jobs.run_leased import finish
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.gateways import files
from chalicelib.kernel.gateways.file_addresses import Asker, sign
from chalicelib.kernel.store import audit
from chalicelib.links.gateways.kit import add
from chalicelib.links.usecases.make_kit import kit_files, links_csv, usable_links

NAME = "kits.zip"
_NO_FOLDER = re.compile(r'[\\/:*?"<>|\s.]+')
"""What some system takes in no name of a folder."""


@dataclass(frozen=True, slots=True)
class Kits:
    """How far an archive has come: units packed of all, and once it is done, its file."""

    status: str
    """See `jobs.job.Status`."""
    done: int
    of: int
    files: list[dict[str, Any]]


class KitsProgress(Progress):
    """Units packed of all; and the file, once it is there."""

    done: int
    of: int
    files: list[dict[str, Any]] = Field(default_factory=list)

    def position(self) -> int:
        """By units."""
        return self.done


def _folder(job: Job) -> str:
    return f"{job.campaign}/{job.name}"


KITS = declare(
    Kind(
        "kits",
        KitsProgress,
        downloads={NAME: "application/zip"},
        cancellable=True,
        tidy=lambda job: files.remove(_folder(job)),
        kept=lambda order: files.exists(f"{_folder(order.job)}/{NAME}"),
    )
)


def order_kits(campaign: str, at_ms: int, who: str) -> str:
    """Orders an archive of all units' kits and returns its id; the next tick makes it."""
    told = partial(audit.entry, campaign, at_ms, who, "kits.order")
    return KITS.order(campaign, at_ms, KitsProgress(done=0, of=0), told)


def read_kits(order_id: str, at_ms: int, asker: Asker) -> Kits:
    """An archive, with a short-lived address of its file for somebody. Raises `NotFound`."""
    order = KITS.find(order_id)
    found = order.progress.files if order.status == Status.DONE else []
    made = [file | {"url": sign(f"{order_id}/{file['name']}", at_ms, asker)} for file in found]
    return Kits(order.status, order.progress.done, order.progress.of, made)


@KITS.work
def _pack(lease: Lease[KitsProgress]) -> None:
    """Each try starts afresh: nothing depends on it."""
    path = f"{_folder(lease.job)}/{NAME}"
    with files.writing(path) as out, zipfile.ZipFile(out, "w") as archive:
        for name, content in _files(lease):
            add(archive, name, content)
    with kept(lease) as going_on:
        stored = files.describe(path, going_on)
    lease.progress.files = [{"name": NAME, "sha256": stored.sha256, "rows": None, "bytes": stored.bytes}]
    finish(lease, now_ms())


def _files(lease: Lease[KitsProgress]) -> Iterator[tuple[str, bytes]]:
    """The kit of each unit in a folder of its own, and the list of all links; the lease is renewed unit by unit."""
    job = lease.job
    campaign, everybody = campaigns.read(job.campaign), units.of_campaign(job.campaign)
    listed = [(unit, usable_links(campaign, unit)) for unit in everybody]
    lease.progress.of = len(listed)
    yield "links.csv", links_csv(listed)
    for number, (unit, some) in enumerate(listed, 1):
        folder = _NO_FOLDER.sub(" ", f"{unit.code} {unit.name}").strip()
        for name, content in kit_files(campaign, unit, some) if some else ():
            yield f"{folder}/{name}", content
        lease.progress.done = number
        lease.save(now_ms())
