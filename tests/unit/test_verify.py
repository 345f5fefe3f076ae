"""The offline verification finds whatever was changed after the seal."""

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from infra.verify import verify

MIDNIGHT = "2021-08-13T00:00:00.000+08:00"
ROWS: list[tuple[str, ...]] = [
    ("R1", "2021-08-03T09:00:00.000+08:00", "11-01", "true"),
    ("R2", "2021-08-03T23:59:59.999+08:00", "44-01", "false"),
    ("R3", "2021-08-12T23:59:59.999+08:00", "44-01", "true"),
]


def write(folder: Path, rows: list[tuple[str, ...]], **changes: Any) -> str:
    """A sealed export of these rows; the manifest's SHA-256."""
    text = io.StringIO()
    csv.writer(text).writerows([("receipt", "accepted_at", "unit", "valid"), *rows])
    zipped = gzip.compress(b"\xef\xbb\xbf") + gzip.compress(text.getvalue().encode())
    (folder / "responses.csv.gz").write_bytes(zipped)
    file = {"name": "responses.csv.gz", "sha256": hashlib.sha256(zipped).hexdigest(), "bytes": len(zipped), "rows": 3}
    manifest = {
        "opens_at": "2021-08-03T09:00:00.000+08:00",
        "closes_at": MIDNIGHT,
        "collected": 3,
        "valid": 2,
        "files": [file],
        "units": [{"code": "11-01", "collected": 1, "valid": 1}, {"code": "44-01", "collected": 2, "valid": 1}],
        "days": [
            {"day": "2021-08-03", "collected": 2, "valid": 1},
            {"day": "2021-08-12", "collected": 1, "valid": 1},
        ],
    }
    raw = json.dumps(manifest | changes).encode()
    (folder / "manifest.json").write_bytes(raw)
    return hashlib.sha256(raw).hexdigest()


def test_an_untouched_export_passes(tmp_path: Path) -> None:
    """With the published hash and without."""
    sha256 = write(tmp_path, ROWS)

    assert verify(tmp_path) == []
    assert verify(tmp_path, sha256) == []


def test_another_manifest_is_noticed(tmp_path: Path) -> None:
    """Even one that fits its files."""
    sha256 = write(tmp_path, ROWS)
    write(tmp_path, ROWS, title="another")

    assert verify(tmp_path) == []
    assert "not the one that was sealed" in verify(tmp_path, sha256)[0]


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    """By its hash."""
    write(tmp_path, ROWS)
    with (tmp_path / "responses.csv.gz").open("ab") as file:
        file.write(gzip.compress(b"R4\r\n"))

    assert len(verify(tmp_path)) == 2


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        (lambda rows: rows[:2], "rows of responses.csv.gz: 2 collected, 3"),
        (lambda rows: [*rows, rows[0]], "1 receipts occur twice"),
        (lambda rows: [("R1", MIDNIGHT, *rows[0][2:]), *rows[1:]], "1 responses lie outside"),
        (lambda rows: [(*rows[0][:2], "44-01", rows[0][3]), *rows[1:]], "unit 11-01: 0 collected, 1"),
        (lambda rows: [(*rows[0][:3], "false"), *rows[1:]], "all: 1 valid, 2"),
    ],
)  # fmt: skip
def test_rows_that_do_not_bear_the_figures_out_are_noticed(
    tmp_path: Path, spoil: Callable[[list[tuple[str, ...]]], list[tuple[str, ...]]], found: str
) -> None:
    """Lost, doubled, late, moved to another unit, made valid: each is named, though all hashes fit."""
    write(tmp_path, spoil(ROWS))

    assert any(one.startswith(found) for one in verify(tmp_path))
