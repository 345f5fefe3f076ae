"""Exports on demand: the responses so far, as the final export will write them."""

import json
from dataclasses import dataclass
from typing import Any

from chalicelib.campaigns import campaigns
from chalicelib.jobs import jobs
from chalicelib.jobs.job import Job
from chalicelib.jobs.jobs import Lease
from chalicelib.jobs.run_leased import finish, take_up
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import random_code
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.gateways import files
from chalicelib.kernel.gateways.file_addresses import Elsewhere, check, hand_out, sign
from chalicelib.kernel.store import audit
from chalicelib.sealing.write_export import SEGMENTS, assemble, read_parts, write_part

KIND = "export"
_DOWNLOADED = (KIND, "kits")
"""Kinds of jobs whose files go out by signed addresses."""
_FINAL = ".final"


@dataclass(frozen=True, slots=True)
class Export:
    """How far an export has come: `queued`, `running` or `done`, and then its files."""

    status: str
    files: list[dict[str, Any]]
    share: float = 0.0
    """How much of the table has been read, 0 to 1."""


def request_export(campaign: str, at_ms: int, who: str, wanted_id: str | None = None) -> str:
    """Orders an export and returns its id; the next tick makes it. Under the same `wanted_id` it is ordered once."""
    export_id = wanted_id or random_code(12)
    if jobs.create(Job(id=_job_id(export_id), kind=KIND, campaign=campaign, created_at=at_ms)):
        audit.note(campaign, at_ms, who, "export.request", export_id)
    return export_id


def read_export(export_id: str, at_ms: int) -> Export:
    """An export, with short-lived addresses of its files; a sealed campaign's is `<campaign>.final`.

    Raises `NotFound`.
    """
    if export_id.endswith(_FINAL):
        return _final(export_id, at_ms)
    job = jobs.find(_job_id(export_id))
    if job is None:
        raise NotFound("no_export", name=export_id)
    if not job.done:
        return Export("running" if job.attempts else "queued", [], job.data.get("segments", 0) / SEGMENTS)
    return Export("done", [file | {"url": sign(f"{export_id}/{file['name']}", at_ms)} for file in job.data["files"]])


def run(job_id: str) -> None:
    """Makes an export, unless another worker is at it. Each try starts afresh: nothing depends on it."""
    take_up(job_id, now_ms(), _make)


def _make(lease: Lease) -> None:
    job, export_id = lease.job, lease.job.id.partition("#")[2]
    folder = f"{job.campaign}/{export_id}"
    names = []
    for segment in range(SEGMENTS):
        job.data["segments"] = segment
        names.append(write_part(job.campaign, f"{folder}/parts", segment, lambda: lease.save(now_ms())))
    stored = assemble(f"{folder}/responses.csv.gz", names)
    rows = read_parts(names).rows
    files.remove(f"{folder}/parts")
    job.data["files"] = [{"name": "responses.csv.gz", "sha256": stored.sha256, "rows": rows, "bytes": stored.bytes}]
    finish(lease, now_ms())


def open_file(path: str, expires: str, signature: str, at_ms: int) -> bytes | Elsewhere:
    """The file behind a signed address. Raises `NotYours` where the address is forged or has run out, `NotFound`."""
    check(path, expires, signature, at_ms)
    export_id, _, name = path.partition("/")
    return hand_out(f"{_folder(export_id)}/{name}")


def _folder(export_id: str) -> str:
    if export_id.endswith(_FINAL):
        return f"{export_id.removesuffix(_FINAL)}/final"
    found = [job for kind in _DOWNLOADED if (job := jobs.find(f"{kind}#{export_id}")) is not None]
    if not found:
        raise NotFound("no_export", name=export_id)
    return f"{found[0].campaign}/{export_id}"


def _final(export_id: str, at_ms: int) -> Export:
    campaign = campaigns.read(export_id.removesuffix(_FINAL))
    if campaign.seal is None:
        raise NotFound("not_sealed", campaign=campaign.id)
    listed: list[dict[str, Any]] = json.loads(files.read(campaign.seal.manifest))["files"]
    manifest = {"name": "manifest.json", "sha256": campaign.seal.manifest_sha256, "rows": None}
    return Export("done", [file | {"url": sign(f"{export_id}/{file['name']}", at_ms)} for file in (*listed, manifest)])


def _job_id(export_id: str) -> str:
    return f"{KIND}#{export_id}"
