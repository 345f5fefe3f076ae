"""Writing responses out: one scan of the table, segment by segment, gives rows, counts and lines of the roll.

Figures and files come from the same pass, so they can't disagree. Each segment becomes a part of its own, of which the
formats assemble their files. Memory holds a page of the scan (1 MB) and one segment's lines, whatever the number of
responses.
"""

import json
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import Any

from chalicelib.collection import responses
from chalicelib.collection.response import Response
from chalicelib.collection.responses import Unreadable
from chalicelib.counting.domain.tally import NATION, increments, rows_of
from chalicelib.counting.store.counted import counted_of
from chalicelib.kernel.errors import QuestionnaireUnknown
from chalicelib.kernel.gateways import files
from chalicelib.sealing.export_rows import Rows
from chalicelib.sealing.formats import Add, Format, Row, formats
from chalicelib.sealing.roll.lines import record_of, write_records
from chalicelib.sealing.verdicts import Verdicts

_SLICES = 64
"""Of a segment; each about a page of the API's."""
_FLUSH_EVERY = 2_000


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


def write_part(
    campaign: str, folder: str, segment: int, of: int, further: Callable[[int], None], verdicts: Verdicts
) -> str:
    """Scans one of `of` segments and writes its part; returns the part's name, fresh each time. What was judged since
    a response was accepted stands in `verdicts`.

    `further` is called with the rows so far every few thousand, and may raise to stop. A part is several files: rows
    in each format, `.json` figures, and `.lines` the segment's lines of the roll with whose they are, sorted.
    """
    name = f"{folder}/part-{segment:03d}-{secrets.token_hex(4)}"
    part, records, rows = Part(), list[bytes](), Rows(campaign)
    with ExitStack() as opened:
        adding = [_open(opened, name, one, rows.header) for one in formats()]
        for batch in _batches(_judged(_responses(campaign, segment, of, part, rows), verdicts)):
            cells = [rows.row(response) for response in batch]
            for add in adding:
                add(cells)
            _count(part, batch)
            records += map(record_of, batch)
            further(part.rows)
    write_records(name, records)
    files.put(f"{name}.json", part.to_json())
    return name


def _open(opened: ExitStack, name: str, one: Format, header: Row) -> Add:
    out = opened.enter_context(files.writing(f"{name}.{one.suffix}"))
    return opened.enter_context(one.writing(out, header))


def read_parts(parts: Iterable[str]) -> Part:
    """The figures of all parts together."""
    whole = Part()
    for name in parts:
        whole.merge(Part.from_json(files.read(f"{name}.json")))
    return whole


def assemble(
    campaign: str, folder: str, parts: Sequence[str], going_on: Callable[[], None], *, lasting: bool = False
) -> list[dict[str, Any]]:
    """Puts a campaign's parts together into a file of each format under `folder`, and gives name, SHA-256 and bytes of
    each: the same parts give the same bytes. `going_on` is called with every megabyte; see `files.writing` for
    `lasting`."""
    header = Rows(campaign).header
    return [_assemble(f"{folder}/{one.name}", one, header, parts, going_on, lasting=lasting) for one in formats()]


def _assemble(
    path: str, one: Format, header: Row, parts: Sequence[str], going_on: Callable[[], None], *, lasting: bool
) -> dict[str, Any]:
    def chunks(part: str) -> Iterator[bytes]:
        for chunk in files.chunks(f"{part}.{one.suffix}"):
            going_on()
            yield chunk

    with files.writing(path, lasting=lasting) as whole:
        one.assemble(whole, header, map(chunks, parts))
    stored = files.describe(path, going_on)
    return {"name": one.name, "sha256": stored.sha256, "bytes": stored.bytes}


def _responses(campaign: str, segment: int, of: int, part: Part, rows: Rows) -> Iterator[Response]:
    for item in responses.scan_segment(segment, of, _SLICES):
        try:
            response = responses.read_item(item)
            rows.check(response)
        except (Unreadable, QuestionnaireUnknown):
            part.unreadable += 1
            continue
        if response.campaign == campaign:
            yield response


def _judged(rows: Iterator[Response], verdicts: Verdicts) -> Iterator[Response]:
    for response in rows:
        reasons = None if response.withdrawn else verdicts.get(response.id)
        yield replace(response, reasons=reasons) if reasons else response


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
    for (_, unit), counted in rows_of(map(counted_of, batch)).items():
        part.tallies.setdefault(unit, Counter()).update(increments(counted, national=unit == NATION))
