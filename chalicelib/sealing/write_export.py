"""Writing responses out: one scan of the table, segment by segment, gives the rows, their counts and their ids.

Figures and file come from the same pass, so they can't disagree. Each segment becomes a part of its own, a complete
gzip member; the file is a header and the parts, one behind the other. So a run that is killed goes on with the next
segment, and memory holds one page of the scan (1 MB), whatever the number of responses.
"""

import csv
import gzip
import io
import json
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from chalicelib.collection import ledger, responses
from chalicelib.collection.response import Response
from chalicelib.collection.responses import Unreadable
from chalicelib.counting.domain.tally import NATION, Counted, hour_of, increments
from chalicelib.kernel.errors import QuestionnaireUnknown
from chalicelib.kernel.gateways import files
from chalicelib.sealing.export_rows import Rows

SEGMENTS = 16
_BOM = b"\xef\xbb\xbf"
_FLUSH_EVERY = 2_000
_COMPRESSION = 6
"""gzip's own default; Python's, 9, takes twice the time for 2 % fewer bytes."""


@dataclass(slots=True)
class Part:
    """What one segment, or all of them together, hold. JSON-able by `to_json`."""

    rows: int = 0
    unreadable: int = 0
    tallies: dict[str, Counter[str]] = field(default_factory=dict)
    """By unit, and for `NATION`; see `counting.domain.tally.increments`."""
    questionnaires: set[tuple[str, str]] = field(default_factory=set)
    """(edition, version) that occur."""

    def merge(self, other: "Part") -> None:
        """Adds another part to this one."""
        self.rows += other.rows
        self.unreadable += other.unreadable
        self.questionnaires |= other.questionnaires
        for unit, counts in other.tallies.items():
            self.tallies.setdefault(unit, Counter()).update(counts)

    def to_json(self) -> bytes:
        """As it is kept beside the part's rows."""
        plain = {"rows": self.rows, "unreadable": self.unreadable, "tallies": self.tallies}
        return json.dumps(plain | {"questionnaires": sorted(self.questionnaires)}).encode()

    @classmethod
    def from_json(cls, raw: bytes) -> "Part":
        """The part that `to_json` wrote."""
        plain = json.loads(raw)
        tallies = {unit: Counter(counts) for unit, counts in plain["tallies"].items()}
        return cls(plain["rows"], plain["unreadable"], tallies, {(e, v) for e, v in plain["questionnaires"]})


def write_part(campaign: str, folder: str, segment: int, going_on: Callable[[], None]) -> str:
    """Scans one segment and writes its part; returns the part's name, fresh each time.

    `going_on` is called every few thousand rows, and may raise to stop. A part is three files: `.csv.gz` rows, `.json`
    figures, `.ids` 16 bytes for each response.
    """
    name = f"{folder}/part-{segment:03d}-{secrets.token_hex(4)}"
    part, ids = Part(), bytearray()
    rows = Rows()
    with files.writing(f"{name}.csv.gz") as raw, _zipping(raw) as zipped:
        text = io.TextIOWrapper(zipped, encoding="utf-8", newline="", write_through=False)
        writer = csv.writer(text)
        for batch in _batches(_responses(campaign, segment, part, rows)):
            writer.writerows(map(rows.row, batch))
            _count(part, batch)
            ids += b"".join(ledger.raw_id(response.id) for response in batch)
            going_on()
        text.flush()
        text.detach()
    files.put(f"{name}.json", part.to_json())
    files.put(f"{name}.ids", bytes(ids))
    return name


def read_parts(parts: Iterable[str]) -> Part:
    """The figures of all parts together."""
    whole = Part()
    for name in parts:
        whole.merge(Part.from_json(files.read(f"{name}.json")))
    return whole


def read_ids(parts: Iterable[str]) -> Iterator[bytes]:
    """The ids of the responses in all parts."""
    for name in parts:
        raw = files.read(f"{name}.ids")
        yield from (raw[i : i + ledger.ID_BYTES] for i in range(0, len(raw), ledger.ID_BYTES))


def assemble(name: str, parts: Iterable[str]) -> files.Stored:
    """Puts header and parts together under `name`: the same parts give the same bytes."""
    header = io.StringIO(newline="")
    csv.writer(header).writerow(Rows().header)
    with files.writing(name) as whole:
        whole.write(gzip.compress(_BOM + header.getvalue().encode(), mtime=0))
        for part in parts:
            for chunk in files.chunks(f"{part}.csv.gz"):
                whole.write(chunk)
    return files.describe(name)


def _zipping(raw: BinaryIO) -> gzip.GzipFile:
    """Without an instant in it: the same rows give the same bytes."""
    return gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=_COMPRESSION, mtime=0)


def _responses(campaign: str, segment: int, part: Part, rows: Rows) -> Iterator[Response]:
    for item in responses.scan_segment(segment, SEGMENTS):
        try:
            response = responses.read_item(item)
            rows.check(response)
        except (Unreadable, QuestionnaireUnknown):
            part.unreadable += 1
            continue
        if response.campaign == campaign:
            yield response


def _batches(rows: Iterator[Response]) -> Iterator[list[Response]]:
    batch: list[Response] = []
    for response in rows:
        batch.append(response)
        if len(batch) == _FLUSH_EVERY:
            yield batch
            batch = []
    yield batch


def _count(part: Part, batch: list[Response]) -> None:
    part.rows += len(batch)
    part.questionnaires |= {(response.edition, response.version) for response in batch}
    by_unit: dict[str, list[Counted]] = {NATION: []}
    for r in batch:
        counted = Counted(r.campaign, r.unit, r.link, r.edition, hour_of(r.accepted_at), r.valid, r.residence)
        by_unit.setdefault(r.unit, []).append(counted)
        by_unit[NATION].append(counted)
    for unit, counted_here in by_unit.items():
        adds = increments(counted_here, national=unit == NATION)
        part.tallies.setdefault(unit, Counter()).update(adds)
