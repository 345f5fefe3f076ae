"""Exports on demand: the responses so far, as the final export will write them."""

import json
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from chalicelib.campaigns import campaigns
from chalicelib.jobs import jobs
from chalicelib.jobs.heartbeat import kept
from chalicelib.jobs.job import Job, Progress, Status
from chalicelib.jobs.jobs import Lease
from chalicelib.jobs.kinds import Kind, Order, declare, kinds
from chalicelib.jobs.run_leased import finish
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import random_code
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.gateways import files
from chalicelib.kernel.gateways.file_addresses import Elsewhere, check, hand_out, sign
from chalicelib.kernel.store import audit
from chalicelib.sealing import segments
from chalicelib.sealing.closing import final_folder
from chalicelib.sealing.formats import formats
from chalicelib.sealing.verdicts import verdicts_name
from chalicelib.sealing.write_export import assemble, read_parts

_FINAL = ".final"


class ExportProgress(Progress):
    """Segments of the table, and how many have been read; and the files, once they are there."""

    of: int = 0
    segments: int = 0
    rows: int = 0
    files: list[dict[str, Any]] = Field(default_factory=list)

    def position(self) -> int:
        """By rows, and then the files."""
        return self.rows + len(self.files)


def _remove(job: Job) -> None:
    segments.cancel(_parts_of(job), EXPORTS.read(job).progress.of)
    for folder in (_parts_of(job), _folder_of(job)):
        files.remove(folder)


def _is_kept(order: Order[ExportProgress]) -> bool:
    """As long as it can be downloaded."""
    return any(files.exists(f"{_folder_of(order.job)}/{file['name']}") for file in order.progress.files)


EXPORTS = declare(
    Kind(
        "export",
        ExportProgress,
        downloads={one.name: one.media_type for one in formats()},
        cancellable=True,
        tidy=_remove,
        kept=_is_kept,
    )
)


@dataclass(frozen=True, slots=True)
class Export:
    """How far an export of a campaign has come, and once it is done, its files."""

    campaign: str
    status: str
    """See `jobs.job.Status`."""
    files: list[dict[str, Any]]
    share: float = 0.0
    """How much of the table has been read, 0 to 1."""


def request_export(campaign: str, at_ms: int, who: str, wanted_id: str | None = None) -> str:
    """Orders an export and returns its id; the next tick makes it. Under the same `wanted_id` it is ordered once."""
    export_id = wanted_id or random_code(12)
    told = audit.entry(campaign, at_ms, who, "export.request", export_id)
    EXPORTS.create(export_id, campaign, at_ms, beside=[told])
    return export_id


def give_out(export_id: str, at_ms: int, who: str) -> Export:
    """An export as `read_export` has it, for somebody: the log tells who was given the addresses of which files, since
    an address opens its file for whoever has it. Raises `NotFound`."""
    found = read_export(export_id, at_ms)
    if found.files:
        names = [file["name"] for file in found.files]
        audit.note(found.campaign, at_ms, who, "export.give-out", export_id, files=names)
    return found


def read_export(export_id: str, at_ms: int) -> Export:
    """An export, with short-lived addresses of its files; a sealed campaign's is `<campaign>.final`.

    Raises `NotFound`.
    """
    if export_id.endswith(_FINAL):
        return _final(export_id, at_ms)
    order = EXPORTS.find(export_id)
    if order.status != Status.DONE:
        return Export(order.job.campaign, order.status, [], order.progress.segments / (order.progress.of or 1))
    return Export(order.job.campaign, order.status, _signed(export_id, order.progress.files, at_ms))


@EXPORTS.work
def _make(lease: Lease[ExportProgress]) -> None:
    """Reads the table together with whoever else is there; whoever finds all of it read makes the files."""
    job, progress = lease.job, lease.progress
    progress.of = progress.of or segments.how_many()
    lease.save(now_ms())
    with kept(lease) as going_on:
        verdicts = verdicts_name(job.campaign)
        found = segments.read_all(job.campaign, _parts_of(job), progress.of, going_on, verdicts=verdicts)
        progress.rows, progress.segments = sum(one.progress.rows for one in found), sum(one.job.done for one in found)
        if progress.segments < progress.of:
            return lease.release()
        names = [one.progress.part for one in found]
        made = assemble(job.campaign, _folder_of(job), names, going_on)
    progress.files = [file | {"rows": read_parts(names).rows} for file in made]
    files.remove(_parts_of(job))
    return finish(lease, now_ms())


def media_type(name: str) -> str:
    """Of a file that goes out by a signed address."""
    found = {name: media for kind in kinds().values() for name, media in kind.downloads.items()}
    return found.get(name, "application/json" if name.endswith(".json") else "application/octet-stream")


def open_file(path: str, expires: str, signature: str, at_ms: int) -> bytes | Elsewhere:
    """The file behind a signed address. Raises `NotYours` where the address is forged or has expired, `NotFound`."""
    check(path, expires, signature, at_ms)
    export_id, _, name = path.partition("/")
    return hand_out(f"{_folder(export_id)}/{name}")


def _folder(export_id: str) -> str:
    if export_id.endswith(_FINAL):
        return final_folder(campaigns.read(export_id.removesuffix(_FINAL)))
    ids = [kind.id_of(export_id) for kind in kinds().values() if kind.downloads]
    found = next((job for job in map(jobs.find, ids) if job is not None), None)
    if found is None:
        raise NotFound("no_export", name=export_id)
    return _folder_of(found)


def _folder_of(job: Job) -> str:
    return f"{job.campaign}/{job.name}"


def _parts_of(job: Job) -> str:
    return files.scratch(_folder_of(job))


def _final(export_id: str, at_ms: int) -> Export:
    campaign = campaigns.read(export_id.removesuffix(_FINAL))
    if campaign.seal is None:
        raise NotFound("not_sealed", campaign=campaign.id)
    listed: list[dict[str, Any]] = json.loads(files.read(campaign.seal.manifest))["files"]
    manifest = {"name": "manifest.json", "sha256": campaign.seal.manifest_sha256, "rows": None}
    return Export(campaign.id, Status.DONE, _signed(export_id, [*listed, manifest], at_ms))


def _signed(export_id: str, listed: list[dict[str, Any]], at_ms: int) -> list[dict[str, Any]]:
    return [file | {"url": sign(f"{export_id}/{file['name']}", at_ms)} for file in listed]
