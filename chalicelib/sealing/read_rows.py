"""Reading a sealed campaign's responses: from the file that was sealed, never from the table."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from chalicelib.campaigns.campaign import Campaign
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.gateways import files
from chalicelib.sealing.closing import final_folder
from chalicelib.sealing.export_rows import FIXED
from chalicelib.sealing.formats import formats


class NotAsSealed(Exception):
    """A file is not the one that was sealed."""


@dataclass(frozen=True, slots=True)
class SealedRow:
    """A response as it was sealed."""

    receipt: str
    accepted_at: datetime
    unit: str
    link: str
    edition: str
    version: str
    topics: tuple[str, ...]
    valid: bool
    reasons: tuple[str, ...]
    answers: Mapping[str, str]
    """Cells by column, where there is an answer: several options are joined by `;`, see `export_cells`."""


def read_manifest(campaign: Campaign) -> dict[str, Any]:
    """What was sealed. Raises `NotFound` before the seal, and `NotAsSealed`."""
    if campaign.seal is None:
        raise NotFound("not_sealed", campaign=campaign.id)
    raw = files.read(campaign.seal.manifest)
    if hashlib.sha256(raw).hexdigest() != campaign.seal.manifest_sha256:
        raise NotAsSealed(campaign.seal.manifest)
    listed: dict[str, Any] = json.loads(raw)
    return listed


def read_rows(campaign: Campaign) -> Iterator[SealedRow]:
    """The responses of a sealed campaign, in the file's order, one in memory at a time.

    The whole file is hashed before the first is given. Raises `NotFound` before the seal, and `NotAsSealed`.
    """
    listed = {file["name"]: file for file in read_manifest(campaign)["files"]}
    plain = formats()[0]
    stored = f"{final_folder(campaign)}/{plain.name}"
    if files.describe(stored).sha256 != listed[plain.name]["sha256"]:
        raise NotAsSealed(stored)
    rows = plain.read(files.chunks(stored))
    header = next(rows)
    if tuple(islice(header, len(FIXED))) != FIXED:
        raise NotAsSealed(stored)
    return (_typed(header, row) for row in rows)


def _typed(header: list[str], row: list[str]) -> SealedRow:
    cells = dict(zip(header, row, strict=True))
    fixed = {name: cells.pop(name) for name in FIXED}
    return SealedRow(
        receipt=fixed["receipt"],
        accepted_at=datetime.fromisoformat(fixed["accepted_at"]),
        unit=fixed["unit"],
        link=fixed["link"],
        edition=fixed["edition"],
        version=fixed["version"],
        topics=_listed(fixed["topics"]),
        valid=fixed["valid"] == "true",
        reasons=_listed(fixed["reasons"]),
        answers={column: cell for column, cell in cells.items() if cell},
    )


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(";")) if cell else ()
