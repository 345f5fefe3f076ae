"""Exports on demand: the responses so far, as the final export will write them; and fetching what was made."""

import json
from dataclasses import dataclass, replace
from typing import Any

from pydantic import Field

from chalicelib.access.store import keys
from chalicelib.access.usecases.authenticate import Credential, hash_of
from chalicelib.campaigns import campaigns
from chalicelib.jobs import jobs
from chalicelib.jobs.heartbeat import kept
from chalicelib.jobs.job import Job, Progress, Status
from chalicelib.jobs.jobs import Lease
from chalicelib.jobs.kinds import Kind, Order, declare, kinds
from chalicelib.jobs.run_leased import finish
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import random_code
from chalicelib.kernel.errors import NotFound, NotYours
from chalicelib.kernel.gateways import files
from chalicelib.kernel.gateways.file_addresses import Asker, Elsewhere, check, hand_out, sign
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


def give_out(export_id: str, at_ms: int, who: str, asker: Asker) -> Export:
    """An export as `read_export` has it, with short-lived addresses of its files for somebody; the log tells who was
    given those of which files. Raises `NotFound`."""
    found = read_export(export_id)
    if not found.files:
        return found
    names = [file["name"] for file in found.files]
    audit.note(found.campaign, at_ms, who, "export.give-out", export_id, files=names)
    addressed = [file | {"url": sign(f"{export_id}/{file['name']}", at_ms, asker)} for file in found.files]
    return replace(found, files=addressed)


def read_export(export_id: str) -> Export:
    """An export; a sealed campaign's is `<campaign>.final`. Raises `NotFound`."""
    if export_id.endswith(_FINAL):
        return _final(export_id)
    order = EXPORTS.find(export_id)
    if order.status != Status.DONE:
        return Export(order.job.campaign, order.status, [], order.progress.segments / (order.progress.of or 1))
    return Export(order.job.campaign, order.status, order.progress.files)


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


def _folder_of(job: Job) -> str:
    return f"{job.campaign}/{job.name}"


def _parts_of(job: Job) -> str:
    return files.scratch(_folder_of(job))


def _final(export_id: str) -> Export:
    campaign = campaigns.read(export_id.removesuffix(_FINAL))
    if campaign.seal is None:
        raise NotFound("not_sealed", campaign=campaign.id)
    listed: list[dict[str, Any]] = json.loads(files.read(campaign.seal.manifest))["files"]
    manifest = {"name": "manifest.json", "sha256": campaign.seal.manifest_sha256, "rows": None}
    return Export(campaign.id, Status.DONE, [*listed, manifest])


def media_type(name: str) -> str:
    """Of a file that goes out by a signed address."""
    found = {name: media for kind in kinds().values() for name, media in kind.downloads.items()}
    return found.get(name, "application/json" if name.endswith(".json") else "application/octet-stream")


def fetch_file(path: str, said: tuple[str, str, str], shown: Credential | None, at_ms: int) -> bytes | Elsewhere:
    """The file behind a signed address, which says when it ends, whom it was given to, and the signature; to somebody
    who shows a key, a session or nothing.

    Raises `NotYours` where the address is forged or has run out, was given to somebody else, or whose key opens
    nothing any more; and `NotFound`.
    """
    expires, asker, signature = said
    who = _who(check(path, expires, asker, signature, at_ms), shown)
    export_id, _, name = path.partition("/")
    campaign, folder = _place(export_id)
    content = hand_out(f"{folder}/{name}")
    audit.note(campaign, at_ms, who, "file.fetch", export_id, file=name)
    return content


def _who(asker: Asker, shown: Credential | None) -> str:
    """How the log names whom an address was given to. Who shows something is asked who they are; on a page, everybody
    is. A program may fetch what it was given without its key, which it would else send wherever an address leads."""
    hashed = hash_of(shown)
    if (hashed or asker.at_desk) and hashed != asker.key_hash:
        raise NotYours("file_address_of_others")
    holder = keys.find(asker.key_hash)
    if holder is None:
        raise NotYours("file_address")
    return holder.who


def _place(export_id: str) -> tuple[str, str]:
    """The campaign of an export and the folder of its files. Raises `NotFound`."""
    if export_id.endswith(_FINAL):
        campaign = campaigns.read(export_id.removesuffix(_FINAL))
        return campaign.id, final_folder(campaign)
    ids = [kind.id_of(export_id) for kind in kinds().values() if kind.downloads]
    found = next((job for job in map(jobs.find, ids) if job is not None), None)
    if found is None:
        raise NotFound("no_export", name=export_id)
    return found.campaign, f"{found.campaign}/{found.name}"
