"""`make round-trip`: every table that a person takes away, opened and saved by LibreOffice in Chinese, keeps its ids.

Against the demonstration that runs (`make run`, best with DEMO=year): URL (http://127.0.0.1:8000) and DATA_DIR (.data).
"""

import csv
import gzip
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import httpx

_CODES = re.compile(rb"[0-9A-Za-z][0-9A-Za-z-]{2,}")
_PLAIN = "Text - txt - csv (StarCalc):44,34,76,1,,2052,false,true,false,false,false,-1"
"""UTF-8, commas, quotes, in zh-CN; every sheet in a file of its own."""


def tables(client: httpx.Client, unit_key: str, campaigns: list[str]) -> Iterator[tuple[str, bytes]]:
    """Name and content of each table, with the secretariat's key unless it is a unit's."""
    own = {"X-Api-Key": unit_key}
    for campaign in campaigns:
        asked = {"campaign": campaign}
        for name in ("gifts.csv", "gifts.xlsx"):
            yield f"{campaign}-{name}", client.get(f"/api/v1/gifts/{name}", params=asked).raise_for_status().content
        yield f"{campaign}-all.xlsx", client.get("/api/v1/workbook.xlsx", params=asked).raise_for_status().content
        kit = client.get("/api/v1/kit.zip", params=asked, headers=own).raise_for_status().content
        yield f"{campaign}-links.csv", zipfile.ZipFile(io.BytesIO(kit)).read("links.csv")
        own_book = client.get("/api/v1/workbook.xlsx", params=asked, headers=own).raise_for_status().content
        yield f"{campaign}-unit.xlsx", own_book
        sealed = client.get(f"/api/v1/exports/{campaign}.final")
        for file in sealed.json().get("files", []):
            if file["name"].endswith(".csv.gz"):
                packed = httpx.get(file["url"], follow_redirects=True).raise_for_status().content
                yield f"{campaign}-responses.csv", b"".join(gzip.decompress(packed).splitlines(keepends=True)[:2_000])


def saved(folder: Path, name: str, content: bytes) -> bytes:
    """The table once LibreOffice has opened and saved it, all its sheets as text."""
    source, target = folder / name, folder / f"{name}.out"
    source.write_bytes(content)
    read = ["--infilter=CSV:44,34,76,1,,2052,false,true"] if name.endswith(".csv") else []
    argv: list[str | Path] = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", *read]
    # Chinese by the filters' 2052; the environment's part is to be able to write the sheets' names.
    outside = {**os.environ, "LC_ALL": "C.UTF-8"}
    ways: list[str | Path] = ["--convert-to", f"csv:{_PLAIN}", "--outdir", target]
    subprocess.run([*argv, *ways, source], check=True, capture_output=True, env=outside)
    return b"\n".join(path.read_bytes() for path in sorted(target.iterdir()))


def ids(known: set[str], content: bytes) -> set[str]:
    """The ids that stand in a table as cells of their own, or within a text."""
    return known & {word.decode() for word in _CODES.findall(content)}


def plain(name: str, content: bytes) -> bytes:
    """What a table says, before."""
    if name.endswith(".csv"):
        return content
    return b"\n".join(part for part in _parts(content))


def _parts(content: bytes) -> Iterator[bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        yield from (book.read(name) for name in book.namelist() if name.endswith(".xml"))


def _known(demo: dict[str, object], content: bytes) -> set[str]:
    """Codes of units and links, campaigns, and what else stands in a response's row: receipt and link."""
    found = {str(demo["campaign"])}
    for unit in demo["units"]:  # type: ignore[attr-defined]
        found |= {unit["code"], *(link["code"] for link in unit["links"])}
    for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig", "replace"))):
        found |= {str(row[name]) for name in ("receipt", "link", "unit", "code") if row.get(name)}
    return found


def main() -> int:
    """Names every id that was lost. Returns the exit code."""
    data_dir, url = Path(os.environ.get("DATA_DIR", ".data")), os.environ.get("URL", "http://127.0.0.1:8000")
    demo, lost = json.loads((data_dir / "demo.json").read_text("utf-8")), 0
    headers = {"X-Api-Key": demo["secretariat_key"]}
    with httpx.Client(base_url=url, headers=headers, timeout=60) as client, tempfile.TemporaryDirectory() as folder:
        campaigns = [one["id"] for one in client.get("/api/v1/campaigns").json()]
        for name, content in tables(client, demo["units"][0]["key"], campaigns):
            before = plain(name, content)
            there = ids(_known(demo, before if name.endswith(".csv") else b""), before)
            gone = there - ids(there, saved(Path(folder), name, content))
            print(f"{name}: {len(there)} ids, {len(gone)} lost {sorted(gone)[:5] or ''}".rstrip())
            lost += len(gone)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
