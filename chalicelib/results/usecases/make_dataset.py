"""The job that makes a sealed campaign's dataset: file by file, then the list of them (docs/adr/0047)."""

import json
import secrets
import shutil
from importlib.util import find_spec
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import Field

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign, Seal
from chalicelib.instrument.domain.questionnaire import Questionnaire
from chalicelib.instrument.usecases.find_questionnaire import load
from chalicelib.jobs.heartbeat import kept
from chalicelib.jobs.job import Progress
from chalicelib.jobs.jobs import Lease
from chalicelib.jobs.kinds import Kind, declare
from chalicelib.jobs.run_leased import finish
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.gateways import files
from chalicelib.kernel.instants import shanghai
from chalicelib.results.domain.columns import columns
from chalicelib.results.domain.dataset_sql import WHY_MISSING
from chalicelib.results.usecases import codebook
from chalicelib.results.usecases.prepare_tables import under_way
from chalicelib.results.usecases.write_dataset import opened, rewrite, tables, write

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

RESPONSES, LIST = "responses.csv.gz", "dataset.json"
SUFFIXES = ("parquet", "csv.gz")
WHOLE = "responses"
"""How tables are named that have a row for each response."""
KEY_BYTES = 32


class DatasetProgress(Progress):
    """What is there."""

    key: str = ""
    """By which receipts became row numbers; forgotten at the end, after which nobody can join the two."""
    files: list[dict[str, Any]] = Field(default_factory=list)

    def position(self) -> int:
        """By files."""
        return len(self.files)


DATASETS = declare(Kind("dataset", DatasetProgress, kept=lambda _: True))
Making = Lease[DatasetProgress]


class RowsLost(Exception):
    """The dataset hasn't as many rows as the sealed export."""


@DATASETS.due
def order(campaign: Campaign, at_ms: int) -> None:
    """Once for each seal, where DuckDB is: the functions on AWS are too small for it. After the tables, which more
    people wait for; both at once would take too much memory."""
    if campaign.seal is None or find_spec("duckdb") is None:
        return
    name = f"{campaign.id}.{campaign.seal.number}"
    if DATASETS.get(name) is None and not under_way(campaign):
        DATASETS.create(name, campaign.id, at_ms, DatasetProgress(key=secrets.token_hex(KEY_BYTES)))


def folder(campaign: str, number: int) -> str:
    """Where the dataset of a seal lies among the files."""
    return f"datasets/{campaign}/r{number}"


@DATASETS.work
def _make(lease: Making) -> None:
    """Goes on with the files that aren't there yet; the list comes last, and lasts."""
    campaign = campaigns.read(lease.job.campaign)
    seal = campaign.seal
    with files.workplace(f"datasets/{lease.job.name}") as place:
        # where the seal was undone meanwhile, the next one orders its own
        if seal and lease.job.name == f"{campaign.id}.{seal.number}":
            manifest = json.loads(files.read(seal.manifest))
            if lease.progress.key:
                _write_files(lease, seal, manifest, place)
            _write_list(lease, campaign, seal, manifest)
    lease.progress.key = ""
    finish(lease, now_ms())


def _write_files(lease: Making, seal: Seal, manifest: dict[str, Any], place: Path) -> None:
    asked = [load(one["edition"], one["version"]) for one in manifest["questionnaires"]]
    made = {file["name"] for file in lease.progress.files}
    with kept(lease) as going_on:
        export = place / RESPONSES
        with export.open("wb") as file:
            for chunk in files.chunks(f"{seal.manifest.rpartition('/')[0]}/{RESPONSES}"):
                file.write(chunk)
                going_on()
        with opened(export, asked, bytes.fromhex(lease.progress.key), place) as database:
            for table, query in tables(asked).items():
                if not {f"{table}.{suffix}" for suffix in SUFFIXES} <= made:
                    going_on()
                    _write_table(lease, database, place, seal.number, (table, query), manifest["collected"])
        for one, suffix in product(asked, codebook.SUFFIXES):
            name = f"codebooks/{one.edition}-{one.version}.{suffix}"
            if name not in made:
                (place / name).parent.mkdir(exist_ok=True)
                (place / name).write_bytes(_codebook(suffix, seal, manifest, one))
                _keep(lease, seal.number, name, place / name, None)


def _write_table(
    lease: Making, database: "DuckDBPyConnection", place: Path, number: int, named: tuple[str, str], collected: int
) -> None:
    (table, query), made = named, {file["name"] for file in lease.progress.files}
    parquet, text = (place / f"out.{suffix}" for suffix in SUFFIXES)
    rows = write(database, query, parquet)
    if table.endswith(WHOLE) and rows != collected:
        raise RowsLost(f"{table}: {rows} rows of {collected}")
    if f"{table}.{SUFFIXES[0]}" not in made:
        _keep(lease, number, f"{table}.{SUFFIXES[0]}", parquet, rows)
    rewrite(database, parquet, text)
    _keep(lease, number, f"{table}.{SUFFIXES[1]}", text, rows)


def _codebook(suffix: str, seal: Seal, manifest: dict[str, Any], one: Questionnaire) -> bytes:
    if suffix == "xlsx":
        return codebook.workbook(columns([one]), shanghai(seal.sealed_at))
    identifier = f"{manifest['campaign']}-r{seal.number}-{one.edition}-{one.version}"
    return codebook.ddi(manifest["title"], identifier, manifest["collected"], columns([one]))


def _keep(lease: Making, number: int, name: str, made: Path, rows: int | None) -> None:
    """Stores a file and notes it."""
    stored_as = f"{folder(lease.job.campaign, number)}/{name}"
    with files.writing(stored_as) as out, made.open("rb") as file:
        shutil.copyfileobj(file, out)
    stored = files.describe(stored_as)
    lease.progress.files.append({"name": name, "sha256": stored.sha256, "bytes": stored.bytes, "rows": rows})
    lease.save(now_ms())


def _write_list(lease: Making, campaign: Campaign, seal: Seal, manifest: dict[str, Any]) -> None:
    listed = {
        "campaign": campaign.id,
        "title": manifest["title"],
        "revision": seal.number,
        "manifest_sha256": seal.manifest_sha256,
        "rows": manifest["collected"],
        "valid": manifest["valid"],
        "questionnaires": manifest["questionnaires"],
        "missing": {str(int(code)): label for code, label in WHY_MISSING.items()},
        "files": lease.progress.files,
    }
    raw = json.dumps(listed, ensure_ascii=False, indent=1).encode()
    files.put(f"{folder(campaign.id, seal.number)}/{LIST}", raw, lasting=True)
