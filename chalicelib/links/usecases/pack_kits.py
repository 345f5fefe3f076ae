"""Packing the kits of all units into one archive: by a job, written as it is made and never held as a whole."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from chalicelib.associations.store import units
from chalicelib.campaigns import campaigns
from chalicelib.jobs import orders
from chalicelib.jobs.jobs import Lease
from chalicelib.jobs.run_leased import finish, take_up
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.gateways import files
from chalicelib.kernel.gateways.file_addresses import sign
from chalicelib.kernel.store import audit
from chalicelib.links.gateways.kit import add
from chalicelib.links.usecases.make_kit import kit_files, links_csv, usable_links

KIND = "kits"
NAME = "kits.zip"
_NO_FOLDER = re.compile(r'[\\/:*?"<>|\s.]+')
"""What some system takes in no name of a folder."""


@dataclass(frozen=True, slots=True)
class Kits:
    """How far an archive has come: `queued`, `running` or `done`, units packed of all, and then its file."""

    status: str
    done: int
    of: int
    files: list[dict[str, Any]]


def order_kits(campaign: str, at_ms: int, who: str) -> str:
    """Orders an archive of all units' kits and returns its id; the next tick makes it."""
    order_id, fresh = orders.order(KIND, campaign, at_ms, {"done": 0, "of": 0})
    if fresh:
        audit.note(campaign, at_ms, who, "kits.order", order_id)
    return order_id


def read_kits(order_id: str, at_ms: int) -> Kits:
    """An archive, with a short-lived address of its file. Raises `NotFound`."""
    job = orders.find(KIND, order_id)
    made = [file | {"url": sign(f"{order_id}/{file['name']}", at_ms)} for file in job.data.get("files", ())]
    return Kits(orders.status(job), job.data["done"], job.data["of"], made)


def run(job_id: str) -> None:
    """Makes an archive, unless another worker is at it. Each try starts afresh: nothing depends on it."""
    take_up(job_id, now_ms(), _pack)


def _pack(lease: Lease) -> None:
    job = lease.job
    path = f"{job.campaign}/{job.id.partition('#')[2]}/{NAME}"
    with files.writing(path) as out, zipfile.ZipFile(out, "w") as archive:
        for name, content in _files(lease):
            add(archive, name, content)
    stored = files.describe(path)
    job.data["files"] = [{"name": NAME, "sha256": stored.sha256, "rows": None, "bytes": stored.bytes}]
    finish(lease, now_ms())


def _files(lease: Lease) -> Iterator[tuple[str, bytes]]:
    """The kit of each unit in a folder of its own, and the list of all links; the lease is renewed unit by unit."""
    job = lease.job
    campaign, everybody = campaigns.read(job.campaign), units.of_campaign(job.campaign)
    listed = [(unit, usable_links(campaign, unit)) for unit in everybody]
    job.data["of"] = len(listed)
    yield "links.csv", links_csv(listed)
    for number, (unit, some) in enumerate(listed, 1):
        folder = _NO_FOLDER.sub(" ", f"{unit.code} {unit.name}").strip()
        for name, content in kit_files(campaign, unit, some) if some else ():
            yield f"{folder}/{name}", content
        job.data["done"] = number
        lease.save(now_ms())
