"""What the judge can see: HTTP and the sealed export. Imports nothing of the system's."""

import csv
import gzip
import hashlib
import io
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from infra.drills.chaos.client import Client, Reply, Unanswered
from infra.drills.chaos.receipts import Receipt

_HEARD_OF_S = 5.0
_PATIENCE_S = 60.0
_PAUSE_S = 0.2
_ANSWER_WITHIN_S = 15.0
_FILES = "/files/"
_ELSEWHERE = {302, 303, 307}
"""Large files lie elsewhere: the answer says where."""


class NotToBeHad(Exception):
    """A piece of evidence didn't come; so nothing is proved."""


class Row(NamedTuple):
    """What the judge needs of an exported response."""

    receipt: str
    accepted_at: str
    unit: str
    valid: bool


class Figures(NamedTuple):
    """A unit's figures, or the nation's."""

    collected: int
    valid: int


@dataclass(slots=True)
class Evidence:
    """All that is compared."""

    closes_at: str
    receipts: list[Receipt]
    rows: list[Row]
    manifest: Mapping[str, Any]
    broken_files: list[str]
    """Files whose bytes are not what the seal or the manifest says of them."""
    shown: dict[str, Figures]
    """By unit: the final counts, as each unit's key is shown them."""
    national: set[Figures]
    """The nation's final counts, as they were shown."""
    live: dict[str, int] | None
    """By unit: the last tallies shown between close and seal; none where they never were."""
    differing: dict[str, Any] = field(default_factory=dict)
    """Where the recount found the tallies to differ, by its own account."""


class Witness:
    """Asks the system, with a key, and again where it can't answer just now."""

    def __init__(self, base_url: str, key: str) -> None:
        self._base_url = base_url
        self._client = Client(base_url, {"X-Api-Key": key})

    def get(self, path: str, patience_s: float = _PATIENCE_S) -> bytes:
        """The body at `path`. Raises `NotToBeHad`."""
        return self._ask(path, patience_s).body

    def json(self, path: str, patience_s: float = _PATIENCE_S) -> Any:
        """The JSON value at `path`. Raises `NotToBeHad`."""
        return self._ask(path, patience_s).json

    def download(self, url: str) -> bytes:
        """The file at an address that the system named, or where that leads. Raises `NotToBeHad`."""
        self._client.headers["Accept"] = _kind(url)
        try:
            reply = self._ask(self._path_of(url), _PATIENCE_S)
        finally:
            del self._client.headers["Accept"]
        return _fetch(reply.headers["location"]) if reply.status in _ELSEWHERE else reply.body

    def _path_of(self, url: str) -> str:
        """Below our base, also where the system knows itself by another name, or behind another prefix."""
        if url.startswith(f"{self._base_url}/"):
            return url.removeprefix(self._base_url)
        place = urlsplit(url)
        _, files, name = place.path.partition(_FILES)
        return f"{files}{name}?{place.query}"

    def _ask(self, path: str, patience_s: float) -> Reply:
        until, came = time.monotonic() + patience_s, "nothing"
        while True:
            try:
                reply = self._client.ask("GET", path, timeout_s=_ANSWER_WITHIN_S)
                if reply.status in {200, *_ELSEWHERE}:
                    return reply
                came = f"{reply.status} {reply.slug}"
            except Unanswered as silence:
                came = str(silence)
            if time.monotonic() > until or came.startswith("4"):
                raise NotToBeHad(f"GET {path}: {came}")
            time.sleep(_PAUSE_S)


def _fetch(url: str) -> bytes:
    """What lies elsewhere, where our key is nobody's business. Raises `NotToBeHad`."""
    place = urlsplit(url)
    try:
        reply = Client(f"{place.scheme}://{place.netloc}").ask_again("GET", f"{place.path}?{place.query}", timeout_s=60)
    except Unanswered as silence:
        raise NotToBeHad(f"GET {place.netloc}{place.path}: {silence}") from None
    if reply.status != 200:
        raise NotToBeHad(f"GET {place.netloc}{place.path}: {reply.status}")
    return reply.body


def _kind(url: str) -> str:
    """The media type to ask for: a gateway hands out bytes as such only to who names them."""
    return "application/json" if urlsplit(url).path.endswith(".json") else "application/gzip"


def read_export(witness: Witness, campaign: str) -> tuple[list[Row], Mapping[str, Any], list[str]]:
    """The sealed export: its rows, its manifest, and what is wrong with their bytes. Raises `NotToBeHad`."""
    seal = witness.json(f"/api/v1/campaigns/{campaign}/seal")
    manifest: Mapping[str, Any] = seal["manifest"]
    promised = {file["name"]: file["sha256"] for file in manifest["files"]}
    promised["manifest.json"] = seal["manifest_sha256"]
    broken, rows, listed = [], [], witness.json(f"/api/v1/exports/{campaign}.final")["files"]
    for file in listed:
        content = witness.download(file["url"])
        if not hashlib.sha256(content).hexdigest() == file["sha256"] == promised.pop(file["name"], None):
            broken.append(f"{file['name']}: its SHA-256 is not the one sealed")
        if file["name"].endswith(".csv.gz"):
            rows += read_rows(content)
    broken += [f"{name}: sealed, but not to be had" for name in promised]
    return rows, manifest, broken


def read_rows(content: bytes) -> list[Row]:
    """The rows of a `.csv.gz` file. Raises `ValueError`, `KeyError` or `OSError` where it is none."""
    text = io.TextIOWrapper(gzip.GzipFile(fileobj=io.BytesIO(content)), encoding="utf-8-sig", newline="")
    return [Row(r["receipt"], r["accepted_at"], r["unit"], r["valid"] == "true") for r in csv.DictReader(text)]


def read_counts(base_url: str, units: Mapping[str, str]) -> tuple[dict[str, Figures], set[Figures]]:
    """What each unit (code → key) is shown of itself, and of the nation. Raises `NotToBeHad`."""
    shown, national = {}, set()
    for code, key in units.items():
        body = _sealed_counts(Witness(base_url, key))
        if body["unit"]["code"] != code:
            raise NotToBeHad(f"unit {code} is shown unit {body['unit']['code']}")
        shown[code] = Figures(body["unit"]["collected"], body["unit"]["valid"])
        national.add(Figures(body["national"]["collected"], body["national"]["valid"]))
    return shown, national


def _sealed_counts(witness: Witness) -> Any:
    """What is shown once a worker has heard of the seal: it may go on for a second with what it has read before."""
    until = time.monotonic() + _HEARD_OF_S
    while True:
        body = witness.json("/api/v1/counts")
        if body["state"] == "sealed":
            return body
        if time.monotonic() > until:
            raise NotToBeHad(f"{body['unit']['code']} is shown a campaign that is {body['state']}")
        time.sleep(0.1)
