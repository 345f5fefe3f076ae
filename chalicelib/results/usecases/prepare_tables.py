"""The job that makes a sealed campaign's protected tables, for the secretariat to publish (docs/adr/0052).

All tables of an edition lie in one file, each zipped by itself, beside a directory of where each lies: thousands of
small files would take longer to store than to make, and a table is read by one request for a part of a file.
"""

import gzip
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from typing import NamedTuple

from pydantic import Field

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.instrument.questionnaires import EDITIONS
from chalicelib.jobs.heartbeat import kept
from chalicelib.jobs.job import Progress
from chalicelib.jobs.jobs import Lease
from chalicelib.jobs.kinds import Kind, declare
from chalicelib.jobs.run_leased import finish
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import random_code
from chalicelib.kernel.gateways import files
from chalicelib.results.usecases.count_export import RESPONSES
from chalicelib.results.usecases.publish_tables import ABOUT, FEW, INDEX_FILE, Content, tables

NATION, EVERYBODY = "nation", "all"
TABLES, DIRECTORY = "tables.bin", "directory.json"
ZIPPED = 6
"""How hard: harder takes twice the time for one per cent."""


class Hidden(NamedTuple):
    """What won't be shown of an edition."""

    items: int
    cells: int
    hidden: int
    """Of these cells."""
    areas: tuple[str, ...]
    """Provinces of which nothing is shown."""


class TablesProgress(Progress):
    """Where they lie, once they are there."""

    folder: str = ""
    """Of one run alone: each draws new keys, and tables of two runs must never be mixed."""
    hidden: dict[str, Hidden] = Field(default_factory=dict)
    """By edition."""

    def position(self) -> int:
        """Done or not."""
        return len(self.hidden)


TABLE_JOBS = declare(Kind("tables", TablesProgress, kept=lambda _: True))


@TABLE_JOBS.due
def order(campaign: Campaign, at_ms: int) -> None:
    """Once for each seal of a year's survey, where DuckDB is; a pilot is never published."""
    if campaign.seal is None or campaign.pilot or find_spec("duckdb") is None:
        return
    if find(campaign) is None:
        TABLE_JOBS.create(_name(campaign), campaign.id, at_ms, TablesProgress())


def under_way(campaign: Campaign) -> bool:
    """Whether tables are still to be made of a campaign that is sealed."""
    found = TABLE_JOBS.get(_name(campaign))
    return not campaign.pilot and (found is None or not found.job.done)


def find(campaign: Campaign) -> TablesProgress | None:
    """How far the tables of a campaign's seal have come."""
    found = TABLE_JOBS.get(_name(campaign)) if campaign.seal else None
    return found.progress if found else None


def _name(campaign: Campaign) -> str:
    return f"{campaign.id}.{campaign.seal_number}"


@TABLE_JOBS.work
def _make(lease: Lease[TablesProgress]) -> None:
    """All in one go; what a run that was killed has left goes first."""
    campaign = campaigns.read(lease.job.campaign)
    if left := lease.progress.folder:
        for folder in (*(f"{left}/{edition}" for edition in EDITIONS), left):
            files.remove(folder)
    # where the seal was undone meanwhile, the next one orders its own
    if campaign.seal is not None and _name(campaign) == lease.job.name:
        lease.progress.folder = f"tables/{campaign.id}/{random_code(12)}"
        lease.save(now_ms())
        lease.progress.hidden = _tables(lease, f"{campaign.seal.manifest.rpartition('/')[0]}/{RESPONSES}")
    finish(lease, now_ms())


def _tables(lease: Lease[TablesProgress], export: str) -> dict[str, Hidden]:
    """Makes and stores the tables of each edition; what of them isn't shown."""
    with kept(lease) as going_on, files.workplace(f"tables/{lease.job.name}") as place:
        with (place / RESPONSES).open("wb") as file:
            for chunk in files.chunks(export):
                file.write(chunk)
                going_on()
        folder = lease.progress.folder
        return {one: _store(tables(place, one, place, going_on), f"{folder}/{one}") for one in EDITIONS}


def _store(made: Iterable[tuple[str, Content]], folder: str) -> Hidden:
    """Stores an edition's tables; what of them isn't shown."""
    out, directory = io.BytesIO(), dict[str, tuple[int, int]]()
    cells = hidden = items = 0
    areas: defaultdict[str, bool] = defaultdict(bool)
    for name, content in made:
        if name == ABOUT:
            files.put(f"{folder}/{ABOUT}", json.dumps(content, ensure_ascii=False).encode())
            continue
        for part, its_cells in _parts(content["cells"]):
            plain = json.dumps(content | {"cells": its_cells}, ensure_ascii=False).encode()
            zipped = gzip.compress(plain, ZIPPED, mtime=0)
            directory[f"{name.removesuffix('.json')}/{part}"] = (out.tell(), len(zipped))
            out.write(zipped)
        if name != INDEX_FILE:
            items += 1
            cells += len(content["cells"])
            hidden += sum(cell["status"] == FEW for cell in content["cells"])
            for cell in content["cells"]:
                areas[cell["area"][:2]] |= cell["status"] != FEW
    files.put(f"{folder}/{TABLES}", out.getvalue())
    files.put(f"{folder}/{DIRECTORY}", json.dumps(directory).encode())
    return Hidden(items, cells, hidden, tuple(sorted(area for area, shown in areas.items() if not shown)))


def _parts(cells: Iterable[Content]) -> Iterator[tuple[str, list[Content]]]:
    """A table for each grouping of the nation with its provinces, and of each province's cities."""
    parts: defaultdict[str, list[Content]] = defaultdict(list)
    for cell in cells:
        by = cell["group"].partition(":")[0] if cell["group"] else EVERYBODY
        parts[f"{by}/{cell['area'][:2] if len(cell['area']) > 2 else NATION}"].append(cell)
    yield from parts.items()
