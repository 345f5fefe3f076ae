"""Verifies a sealed export offline: `make verify FOLDER=exports/<campaign>/final [SHA256=<of manifest.json>]`.

It takes the manifest's word for nothing: files are hashed again, rows counted again by unit and day, receipts held to
be distinct and instants to lie within the window. The manifest's own SHA-256, which the seal's mail and
`GET /api/v1/campaigns/{id}/seal` give, ties it all to what was published. Standard library alone, so that it can be
handed to anybody.
"""

import argparse
import csv
import gzip
import hashlib
import io
import json
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

_READABLE = ".csv.gz"
"""The format whose rows are counted again; the others' files are hashed."""
_CHUNK = 1 << 20


def verify(folder: Path, manifest_sha256: str | None = None) -> list[str]:
    """What is wrong with a sealed export; empty where all is right."""
    raw = (folder / "manifest.json").read_bytes()
    manifest = json.loads(raw)
    wrong = []
    if manifest_sha256 and hashlib.sha256(raw).hexdigest() != manifest_sha256.lower():
        wrong.append("manifest.json is not the one that was sealed: its SHA-256 differs")
    for file in manifest["files"]:
        wrong += _file(folder, file)
    counted = next((file for file in manifest["files"] if file["name"].endswith(_READABLE)), None)
    return wrong or (_rows(folder, counted, manifest) if counted else [f"no {_READABLE} file is in the manifest"])


def _file(folder: Path, file: dict[str, Any]) -> Iterator[str]:
    digest, size = hashlib.sha256(), 0
    with (folder / file["name"]).open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
    if digest.hexdigest() != file["sha256"]:
        yield f"{file['name']}: its SHA-256 is not the manifest's"
    if size != file["bytes"]:
        yield f"{file['name']}: {size} bytes, {file['bytes']} in the manifest"


def _rows(folder: Path, file: dict[str, Any], manifest: dict[str, Any]) -> list[str]:
    """Counts the rows again."""
    opens_at, closes_at = (datetime.fromisoformat(manifest[name]) for name in ("opens_at", "closes_at"))
    collected, valid = Counter[str](), Counter[str]()
    receipts: set[str] = set()
    rows = repeated = outside = 0
    with gzip.open(folder / file["name"]) as unzipped:
        for row in csv.DictReader(io.TextIOWrapper(unzipped, "utf-8-sig", newline="")):
            rows += 1
            repeated += row["receipt"] in receipts
            receipts.add(row["receipt"])
            outside += not opens_at <= datetime.fromisoformat(row["accepted_at"]) < closes_at
            for key in ("all", f"unit {row['unit']}", f"day {row['accepted_at'][:10]}"):
                collected[key] += 1
                valid[key] += row["valid"] == "true"
    wrong = [f"{repeated} receipts occur twice"] if repeated else []
    wrong += [f"{outside} responses lie outside the window"] if outside else []
    stated = {"all": manifest, f"rows of {file['name']}": {"collected": file["rows"]}}
    stated |= {f"unit {unit['code']}": unit for unit in manifest["units"]}
    stated |= {f"day {day['day']}": day for day in manifest["days"]}
    collected[f"rows of {file['name']}"] = rows
    for key in sorted({*stated, *collected}):
        figures = stated.get(key, {})
        if figures.get("collected", 0) != collected[key]:
            wrong.append(f"{key}: {collected[key]} collected, {figures.get('collected', 0)} in the manifest")
        if figures.get("valid", valid[key]) != valid[key]:
            wrong.append(f"{key}: {valid[key]} valid, {figures['valid']} in the manifest")
    return wrong


def main() -> int:
    """The command."""
    arguments = argparse.ArgumentParser(description="Verifies a sealed export offline.")
    arguments.add_argument("folder", type=Path, help="where manifest.json and its files lie")
    arguments.add_argument("--sha256", help="the manifest's SHA-256 as published")
    given = arguments.parse_args()
    wrong = verify(given.folder, given.sha256)
    sys.stdout.write("".join(f"wrong: {one}\n" for one in wrong) or "All is as it was sealed.\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
