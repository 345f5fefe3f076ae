"""The judge of `make chaos` sees what is planted, and nothing where nothing is wrong."""

import ast
import csv
import gzip
import io
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from infra.drills.chaos.evidence import Evidence, Figures, Row, read_rows
from infra.drills.chaos.receipts import Receipt, ReceiptBook, read_receipts
from infra.drills.chaos.verdict import judge

ROOT = Path(__file__).parents[2]
CLOSES = "2026-08-03T10:00:00.500+08:00"
BEFORE, AT, AFTER = (f"2026-08-03T10:00:00.{ms}+08:00" for ms in ("499", "500", "501"))
UNITS = {"44-01": 3, "11-01": 2, "65-01": 0}


def clean() -> Evidence:
    """Five responses of two units, without a blemish."""
    rows = [Row(f"{unit}-{n}", BEFORE, unit, n > 0) for unit, count in UNITS.items() for n in range(count)]
    shown = {unit: Figures(count, max(0, count - 1)) for unit, count in UNITS.items()}
    units = [{"code": unit, "collected": found.collected, "valid": found.valid} for unit, found in shown.items()]
    manifest = {
        "closes_at": CLOSES,
        "collected": 5,
        "valid": 3,
        "unreadable": 0,
        "units": units,
        "days": [{"day": "2026-08-03", "collected": 5, "valid": 3}],
        "files": [{"name": "responses.csv.gz", "rows": 5}],
    }
    return Evidence(
        closes_at=CLOSES,
        receipts=[Receipt(row.receipt, row.accepted_at, BEFORE) for row in rows],
        rows=rows,
        manifest=manifest,
        broken_files=[],
        shown=shown,
        national={Figures(5, 3)},
        live=dict(UNITS),
    )


def test_a_clean_run_is_found_clean() -> None:
    """All figures agree, and there is no objection."""
    verdict = judge(clean())

    assert (verdict.acknowledged, verdict.stored, verdict.counted, verdict.sealed) == (5, 5, 5, 5)
    assert (verdict.duplicates, verdict.lost, verdict.late) == (0, 0, 0)
    assert verdict.objections == []


def test_a_lost_response_is_found() -> None:
    """Somebody holds a receipt that no exported row carries."""
    evidence = clean()
    evidence.receipts.append(Receipt("gone", BEFORE, BEFORE))

    verdict = judge(evidence)

    assert (verdict.duplicates, verdict.lost, verdict.late) == (0, 1, 0)
    assert any("gone" in objection for objection in verdict.objections)


def test_a_response_stored_twice_is_found() -> None:
    """Two exported rows carry one receipt."""
    evidence = clean()
    evidence.rows.append(evidence.rows[0])

    verdict = judge(evidence)

    assert (verdict.duplicates, verdict.lost) == (1, 0)
    assert verdict.objections


def test_a_receipt_given_out_twice_is_found() -> None:
    """Two clients hold the same receipt: one of them is not stored."""
    evidence = clean()
    evidence.receipts.append(evidence.receipts[0])

    assert judge(evidence).duplicates == 1


def test_a_response_counted_twice_is_found() -> None:
    """A tally stood above the sealed figure before the recount could set it right."""
    evidence = replace(clean(), live=UNITS | {"44-01": 5})

    verdict = judge(evidence)

    assert (verdict.duplicates, verdict.counted) == (2, 7)
    assert verdict.objections


@pytest.mark.parametrize(("accepted_at", "late"), [(BEFORE, 0), (AT, 1), (AFTER, 1)])
def test_a_late_row_is_found_to_the_millisecond(accepted_at: str, late: int) -> None:
    """The close itself is late."""
    evidence = clean()
    evidence.rows[0] = evidence.rows[0]._replace(accepted_at=accepted_at)

    assert judge(evidence).late == late


@pytest.mark.parametrize(
    "receipt", [Receipt("44-01-0", AT, BEFORE), Receipt("44-01-0", BEFORE, AT)], ids=["as-accepted", "as-sent"]
)
def test_a_late_acknowledgement_is_found(receipt: Receipt) -> None:
    """By the system's word, and by the client's clock where the system's word is false."""
    evidence = clean()
    evidence.receipts[0] = receipt

    assert judge(evidence).late == 1


def shifted(name: str, value: Any) -> Callable[[Evidence], Evidence]:
    """Evidence with one field replaced."""
    return lambda evidence: replace(evidence, **{name: value})


def manifest_with(**fields: Any) -> Callable[[Evidence], Evidence]:
    """Evidence with fields of the manifest replaced."""
    return lambda evidence: replace(evidence, manifest={**evidence.manifest, **fields})


@pytest.mark.parametrize(
    "spoil",
    [
        shifted("live", None),
        shifted("live", {**UNITS, "11-01": 1}),
        shifted("live", {"44-01": 3}),
        shifted("differing", {"11-01": {"tallied": 1, "recounted": 2}}),
        shifted("broken_files", ["responses.csv.gz: its SHA-256 is not the one sealed"]),
        shifted("shown", {"44-01": Figures(3, 2), "11-01": Figures(2, 1)}),
        shifted("shown", {"44-01": Figures(3, 2), "11-01": Figures(1, 1), "65-01": Figures(0, 0)}),
        shifted("national", {Figures(5, 3), Figures(4, 3)}),
        manifest_with(collected=4),
        manifest_with(valid=5),
        manifest_with(units=[]),
        manifest_with(days=[]),
        manifest_with(files=[{"name": "responses.csv.gz", "rows": 4}]),
        manifest_with(unreadable=1),
        manifest_with(closes_at=AFTER),
    ],
)
def test_whatever_does_not_agree_is_an_objection(spoil: Callable[[Evidence], Evidence]) -> None:
    """Tallies, recount, files, units' figures, the nation's, and each part of the manifest."""
    assert judge(spoil(clean())).objections


def test_another_instant_than_acknowledged_is_an_objection() -> None:
    """What was acknowledged is what is exported."""
    evidence = clean()
    evidence.rows[0] = evidence.rows[0]._replace(accepted_at="2026-08-03T09:59:00.000+08:00")

    assert judge(evidence).objections


def test_the_export_is_read_as_it_is_published() -> None:
    """Gzip in several members, a byte-order mark, a header, quoted fields."""
    out = io.StringIO(newline="")
    csv.writer(out).writerow(["receipt", "accepted_at", "unit", "valid", "q1"])
    head = gzip.compress(b"\xef\xbb\xbf" + out.getvalue().encode())
    body = gzip.compress(f'R1,{BEFORE},44-01,true,"一,\n二"\r\nR2,{AT},11-01,false,\r\n'.encode())

    assert read_rows(head + body) == [Row("R1", BEFORE, "44-01", True), Row("R2", AT, "11-01", False)]


def test_a_receipt_book_is_read_as_it_was_written(tmp_path: Path) -> None:
    """One line a receipt, there as soon as it is written."""
    receipts = [Receipt("A", BEFORE, AT), Receipt("B", AT, AFTER)]
    book = ReceiptBook(tmp_path / "receipts.txt")

    for receipt in receipts:
        book.write(receipt)

    assert read_receipts(tmp_path / "receipts.txt") == receipts


def test_the_judge_knows_nothing_of_the_system() -> None:
    """What it imports, however indirectly, is the standard library and its own few modules."""
    told = "import sys; before = set(sys.modules); import infra.drills.chaos.judge; print(*(set(sys.modules) - before))"
    said = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    loaded = {module for module in said.split() if module.partition(".")[0] not in sys.stdlib_module_names}

    own = {"judge", "evidence", "verdict", "client", "receipts"}
    assert loaded == {"infra", "infra.drills", "infra.drills.chaos", *(f"infra.drills.chaos.{name}" for name in own)}


@pytest.mark.parametrize("name", ["judge", "evidence", "verdict", "client", "receipts"])
def test_the_judge_can_not_load_the_system_later_either(name: str) -> None:
    """No import hides in a function."""
    tree = ast.parse((ROOT / "infra" / "drills" / "chaos" / f"{name}.py").read_text("utf-8"))
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]

    assert all(node in tree.body for node in imports)
