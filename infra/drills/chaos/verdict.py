"""Comparing the evidence: what was lost, doubled or late, and whatever else doesn't agree. Pure."""

from collections import Counter
from dataclasses import dataclass, field

from infra.drills.chaos.evidence import Evidence, Figures
from infra.drills.chaos.receipts import instant

_NAMED = 5


@dataclass(frozen=True, slots=True)
class Verdict:
    """The figures of `chaos.json`, and every objection."""

    acknowledged: int
    """Responses that clients hold a receipt for."""
    stored: int
    """Rows in the sealed export."""
    counted: int | None
    """The sum of the units' tallies, as last shown before the seal; None where they could not be read."""
    sealed: int
    """What the manifest says."""
    duplicates: int
    lost: int
    late: int
    objections: list[str] = field(default_factory=list)
    """What else doesn't agree; empty for a clean run."""


def judge(evidence: Evidence) -> Verdict:
    """The verdict."""
    acknowledged = {receipt.code for receipt in evidence.receipts}
    stored = Counter(row.receipt for row in evidence.rows)
    return Verdict(
        acknowledged=len(acknowledged),
        stored=len(evidence.rows),
        counted=None if evidence.live is None else sum(evidence.live.values()),
        sealed=evidence.manifest["collected"],
        duplicates=_duplicates(evidence, stored),
        lost=len(acknowledged - stored.keys()),
        late=_late(evidence),
        objections=list(_objections(evidence)),
    )


def _duplicates(evidence: Evidence, stored: Counter[str]) -> int:
    """Receipts stored or given out twice, and what was counted beyond what is stored.

    The plan sees to it that nothing lands any more once the recount has begun. So whatever was counted before the
    seal is among the sealed: a tally above the sealed figure has counted something twice.
    """
    rows = Counter(row.unit for row in evidence.rows)
    overcounted = sum(max(0, n - rows[unit]) for unit, n in (evidence.live or {}).items())
    given_twice = len(evidence.receipts) - len({receipt.code for receipt in evidence.receipts})
    return stored.total() - len(stored) + given_twice + overcounted


def _late(evidence: Evidence) -> int:
    """Accepted at or after the close, by the system's word or, for what was only then sent, by the client's clock."""
    closes = instant(evidence.closes_at)
    late = {row.receipt for row in evidence.rows if instant(row.accepted_at) >= closes}
    late |= {r.code for r in evidence.receipts if max(instant(r.accepted_at), instant(r.sent_at)) >= closes}
    return len(late)


def _objections(evidence: Evidence) -> list[str]:
    by_unit, valid = Counter(r.unit for r in evidence.rows), Counter(r.unit for r in evidence.rows if r.valid)
    exported = {unit: Figures(by_unit[unit], valid[unit]) for unit in evidence.shown | by_unit}
    total = Figures(by_unit.total(), valid.total())
    accepted = {row.receipt: instant(row.accepted_at) for row in evidence.rows}
    lost = [receipt for receipt in evidence.receipts if receipt.code not in accepted][:_NAMED]
    redated = [
        r.code for r in evidence.receipts if accepted.get(r.code, instant(r.accepted_at)) != instant(r.accepted_at)
    ]
    return [
        *(f"lost: {receipt}" for receipt in lost),
        *evidence.broken_files,
        *_manifest(evidence, exported, total),
        *_differences("shown to units", evidence.shown, exported),
        *([] if evidence.national == {total} else [f"national: shown {evidence.national}, exported {total}"]),
        *_tallies(evidence, by_unit),
        *([f"{len(redated)} responses are exported with another accepted_at than acknowledged"] if redated else []),
    ]


def _manifest(evidence: Evidence, exported: dict[str, Figures], total: Figures) -> list[str]:
    manifest = evidence.manifest
    units = {unit["code"]: Figures(unit["collected"], unit["valid"]) for unit in manifest["units"]}
    days = Figures(sum(d["collected"] for d in manifest["days"]), sum(d["valid"] for d in manifest["days"]))
    said = {
        "closes_at": (instant(manifest["closes_at"]), instant(evidence.closes_at)),
        "collected and valid": (Figures(manifest["collected"], manifest["valid"]), total),
        "days": (days, total),
        "rows": (sum(file["rows"] for file in manifest["files"]), total.collected),
        "unreadable": (manifest.get("unreadable", 0), 0),
    }
    wrong = [f"manifest, {what}: {is_} instead of {due}" for what, (is_, due) in said.items() if is_ != due]
    return wrong + _differences("in the manifest", units, exported)


def _differences(where: str, said: dict[str, Figures], exported: dict[str, Figures]) -> list[str]:
    wrong = [unit for unit in sorted(said.keys() | exported.keys()) if said.get(unit) != exported.get(unit)]
    return [f"{unit}: {where} {said.get(unit)}, exported {exported.get(unit)}" for unit in wrong]


def _tallies(evidence: Evidence, by_unit: Counter[str]) -> list[str]:
    """The stream's own count: complete and exact when the recount looked at it, without the recount's help."""
    if evidence.live is None:
        return ["no tallies could be read between close and seal"]
    live = evidence.live
    wrong = [unit for unit in sorted(live | by_unit) if live.get(unit, 0) != by_unit[unit]]
    said = [f"{unit}: {live.get(unit, 0)} counted before the seal, {by_unit[unit]} exported" for unit in wrong]
    return said + [f"{unit}: the recount reports {found}" for unit, found in evidence.differing.items()]
