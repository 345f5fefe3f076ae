"""What the drill plays in, and what must have come of it."""

import csv
import gzip
import io
import json
from collections import Counter
from pathlib import Path

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign, Phase
from chalicelib.collection.members import RECORD, path
from chalicelib.counting.domain.tally import COLLECTED, NATION, VALID
from chalicelib.counting.store import tallies
from chalicelib.instrument import questionnaires
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.gateways import files
from chalicelib.kernel.gateways.secrets import add_ticket_key
from chalicelib.kernel.settings import settings
from chalicelib.kernel.store import audit
from infra.drills import stored
from infra.drills.stored import Truth

_DAY_MS = 86_400_000
_NAME = "drill-2026"


def make(folder: Path, how_many: int) -> tuple[Truth, Path]:
    """A database with a campaign's responses, and what is in it. Needs no engine running."""
    truth = Truth()
    return truth, stored.build(folder, _campaign(), how_many, truth)


def _campaign() -> Campaign:
    closed_at = now_ms() - int(settings().settle_s * 1000) - 1
    return Campaign(
        id=_NAME,
        title="民声",
        opens_at=closed_at - 10 * _DAY_MS,
        closes_at=closed_at,
        questionnaires=questionnaires.newest(),
    )


def set_up(truth: Truth) -> None:
    """The campaign, its units and their counts, into the engine that runs."""
    stored.add_units(_campaign())
    add_ticket_key(now_ms())
    whole = {NATION: (truth.collected.total(), truth.valid.total())}
    for unit, (collected, valid) in (whole | {u: (n, truth.valid[u]) for u, n in truth.collected.items()}).items():
        tallies.add((tallies.owner(_NAME, unit), "drill"), None, "1", {COLLECTED: collected, VALID: valid})


class Sealed:
    """Whether it is."""

    def __call__(self) -> bool:
        return campaigns.read(_NAME).phase is Phase.SEALED


def objections(truth: Truth) -> list[str]:
    """What is not as it should be; nothing where all is."""
    seal = campaigns.read(_NAME).seal
    if seal is None:
        return ["it was never sealed"]
    manifest = json.loads(files.read(seal.manifest))
    seals = [entry for entry in audit.newest(_NAME, 100) if entry["action"] == "campaign.seal"]
    units = {unit["code"]: unit["collected"] for unit in manifest["units"] if unit["collected"]}
    found_valid = {unit["code"]: unit["valid"] for unit in manifest["units"] if unit["valid"]}
    rows, valid = _exported()
    members = files.describe(path(_NAME, seal.number)).bytes // RECORD
    checks = {
        "sealed more than once": len(seals) == 1,
        "the manifest's figures": units == truth.collected,
        "the exported rows": rows == truth.collected,
        # The same few hundred sheets again and again: most are copies, so fewer are valid than were at acceptance.
        "the valid ones": dict(+valid) == found_valid and valid <= truth.valid,
        "the members": members == seal.members == truth.collected.total(),
        "the sum": manifest["collected"] == truth.collected.total(),
    }
    return [f"wrong: {what}" for what, right in checks.items() if not right]


def _exported() -> tuple[Counter[str], Counter[str]]:
    """All rows and the valid ones of the final file, by unit."""
    rows, valid = Counter[str](), Counter[str]()
    with (settings().files_dir / _NAME / "final/responses.csv.gz").open("rb") as file:
        for row in csv.DictReader(io.TextIOWrapper(gzip.GzipFile(fileobj=file), "utf-8-sig", newline="")):
            rows[row["unit"]] += 1
            valid[row["unit"]] += row["valid"] == "true"
    return rows, valid
