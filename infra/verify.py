"""Verifies a sealed export offline: `make verify FOLDER=exports/<campaign>/final [SHA256=<of manifest.json>]`.

Or a dataset made of one: `FOLDER=datasets/<campaign>/r1`; its `dataset.json` names the manifest's SHA-256.

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
from array import array
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

_READABLE = ".csv.gz"
"""The format whose rows are counted again; the others' files are hashed."""
_CHUNK = 1 << 20
_DATASET = "dataset.json"
_TREE = "tree.bin"
_BLOCK = 1024


def verify(folder: Path, manifest_sha256: str | None = None) -> list[str]:
    """What is wrong with a sealed export, or with a dataset made of one; empty where all is right."""
    if (folder / _DATASET).exists():
        return _dataset(folder, manifest_sha256)
    raw = (folder / "manifest.json").read_bytes()
    manifest = json.loads(raw)
    wrong = []
    if manifest_sha256 and hashlib.sha256(raw).hexdigest() != manifest_sha256.lower():
        wrong.append("manifest.json is not the one that was sealed: its SHA-256 differs")
    for file in manifest["files"]:
        wrong += _file(folder, file)
    counted = next((file for file in manifest["files"] if file["name"].endswith(_READABLE)), None)
    return wrong or (_rows(folder, counted, manifest) if counted else [f"no {_READABLE} file is in the manifest"])


def _roll(folder: Path, manifest: dict[str, Any], leaves: "array[int]") -> Iterator[str]:
    """Counts the roll's lines by unit, works its root out anew, and holds it to the exported rows. `leaves`: the first
    eight bytes of each row's, see `_leaf`."""
    roll, of_unit, found, tree, before = manifest["roll"], Counter[str](), array("Q"), _Tree(), b""
    unsorted = 0
    with gzip.open(folder / roll["name"]) as lines:
        for line in lines:
            unit, _, leaf = line.decode().rstrip("\n").partition(" ")
            of_unit[unit] += 1
            found.append(int(leaf[:16], 16))
            unsorted += line < before
            before = line
            tree.add(line.rstrip(b"\n"))
    if unsorted:
        yield f"{roll['name']} is not sorted"
    root, sha256 = tree.finish()
    if root != roll["root"]:
        yield f"{roll['name']}: its root is {root}, {roll['root']} in the manifest"
    if any(file["sha256"] != sha256 for file in manifest["files"] if file["name"] == _TREE):
        yield f"{_TREE} is not the tree over {roll['name']}"
    for unit in manifest["units"]:
        if of_unit.pop(unit["code"], 0) != unit["collected"]:
            yield f"{roll['name']}: another number of lines for unit {unit['code']} than in the manifest"
    if of_unit or sorted(found) != sorted(leaves):
        yield f"{roll['name']} doesn't hold the exported rows"


def _leaf(row: dict[str, str]) -> int:
    told = "\0".join(["minsheng-roll-1", row["receipt"], row["unit"], row["edition"], row["valid"]])
    return int.from_bytes(hashlib.sha256(told.encode()).digest()[:8])


class _Tree:
    """RFC 9162's tree over lines: its root, and the SHA-256 of `tree.bin`, which holds the hashes of all leaves and
    then the roots over blocks of 1,024."""

    def __init__(self) -> None:
        self._leaves, self._file = 0, hashlib.sha256()
        self._block, self._whole, self._roots = list[tuple[int, bytes]](), list[tuple[int, bytes]](), list[bytes]()

    def add(self, line: bytes) -> None:
        """The next leaf."""
        node = hashlib.sha256(b"\0" + line).digest()
        self._file.update(node)
        self._leaves += 1
        _grow(self._block, node)
        if self._leaves % _BLOCK == 0:
            self._end_block()

    def finish(self) -> tuple[str, str]:
        """Root and SHA-256, hexadecimal."""
        if self._block:
            self._end_block()
        self._file.update(b"".join(self._roots))
        return _root(self._whole).hex(), self._file.hexdigest()

    def _end_block(self) -> None:
        self._roots.append(_root(self._block))
        _grow(self._whole, self._roots[-1])
        self._block = []


def _grow(whole: list[tuple[int, bytes]], node: bytes) -> None:
    """Adds a node to complete trees, each with its height, the highest first."""
    height = 0
    while whole and whole[-1][0] == height:
        height, node = height + 1, hashlib.sha256(b"\1" + whole.pop()[1] + node).digest()
    whole.append((height, node))


def _root(whole: list[tuple[int, bytes]]) -> bytes:
    nodes = [node for _, node in whole]
    while len(nodes) > 1:
        right = nodes.pop()
        nodes.append(hashlib.sha256(b"\1" + nodes.pop() + right).digest())
    return nodes[0] if nodes else hashlib.sha256().digest()


def _dataset(folder: Path, manifest_sha256: str | None) -> list[str]:
    """Of a dataset: its files are hashed again, and the rows of those that everybody can read counted."""
    dataset = json.loads((folder / _DATASET).read_bytes())
    wrong = []
    if manifest_sha256 and dataset["manifest_sha256"] != manifest_sha256.lower():
        wrong.append(f"{_DATASET} is of another manifest")
    for file in dataset["files"]:
        wrong += _file(folder, file)
        if file["name"].endswith(_READABLE) and not wrong:
            with gzip.open(folder / file["name"], "rt", encoding="utf-8-sig", newline="") as unzipped:
                rows = sum(1 for _ in csv.DictReader(unzipped))
            if rows != file["rows"]:
                wrong.append(f"{file['name']}: {rows} rows, {file['rows']} in {_DATASET}")
    return wrong


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
    receipts, leaves = set[str](), array("Q")
    rows = repeated = outside = 0
    with gzip.open(folder / file["name"]) as unzipped:
        for row in csv.DictReader(io.TextIOWrapper(unzipped, "utf-8-sig", newline="")):
            rows += 1
            repeated += row["receipt"] in receipts
            receipts.add(row["receipt"])
            if "roll" in manifest:
                leaves.append(_leaf(row))
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
    return wrong + (list(_roll(folder, manifest, leaves)) if "roll" in manifest else [])


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
