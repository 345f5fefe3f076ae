"""What judging reads of the responses: a part for each segment of the table, in the order of arrival.

<part>.records    a line each, see `Gathered`
<part>.keys       of each line, what copies are found by: as many integers of 8 bytes as the rules say
<part>.json       of each questionnaire's version the sample that is learnt from, as such lines
"""

import heapq
import json
import secrets
from array import array
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from operator import attrgetter
from typing import NamedTuple

from chalicelib.collection import responses
from chalicelib.collection.paradata import seconds
from chalicelib.collection.response import WITHDRAWN, Response
from chalicelib.collection.responses import Unreadable
from chalicelib.instrument.usecases.find_questionnaire import load
from chalicelib.kernel.errors import QuestionnaireUnknown
from chalicelib.kernel.gateways import files
from chalicelib.quality.domain.judge import Version, sample_of
from chalicelib.quality.domain.layout import layout_of
from chalicelib.quality.domain.likeness import keys_of
from chalicelib.quality.domain.record import Record
from chalicelib.quality.domain.rules import Rules

_SLICES = 64
_FLUSH_EVERY = 2_000
_MOST_SAMPLES = 4
"""As large as a sample may become before it is drawn anew: that hashes all of it."""
Samples = dict[Version, list[Record]]


class Gathered(NamedTuple):
    """A response as it is judged, and what its verdict goes back to."""

    record: Record
    id: str
    residence: str | None
    share: float = 0.0
    """How like an earlier one it is, once that is known."""
    keys: tuple[int, ...] = ()
    """What copies are found by; not in its line."""
    was_valid: bool = False
    """See `Response.was_valid`."""

    @property
    def withdrawn(self) -> bool:
        """Whether there is nothing left of it to learn from, or to judge."""
        return WITHDRAWN in self.record.broken

    @property
    def accepted_as_valid(self) -> bool:
        """The verdict at its arrival, which the tallies count."""
        return self.was_valid or not self.record.broken

    def line(self) -> bytes:
        """As it is kept."""
        return json.dumps([*self[:4], self.was_valid]).encode() + b"\n"

    @classmethod
    def of_line(cls, line: bytes) -> "Gathered":
        """The one that `line` wrote."""
        record, response_id, residence, share, *was_valid = json.loads(line)
        *plain, dwell, device, broken = record
        return cls(
            Record._make([*plain, tuple(dwell), device, tuple(broken)]), response_id, residence, share, (), *was_valid
        )


def write_records(
    campaign: str, folder: str, segment: int, of: int, rules: Rules, further: Callable[[int], None]
) -> str:
    """Scans one of `of` segments and writes its part; returns the part's name, fresh each time. `further` as in
    `write_export.write_part`. Memory holds the segment."""
    name = f"{folder}/records-{segment:03d}-{secrets.token_hex(4)}"
    found, samples = list[tuple[int, int, bytes, tuple[int, ...]]](), Samples()
    rows = _gathered(campaign, segment, of)
    while batch := list(islice(rows, _FLUSH_EVERY)):
        found += [(one.record.accepted_at, one.record.started_at, one.line(), _keys(one, rules)) for one in batch]
        _take(samples, (one.record for one in batch), rules)
        further(len(found))
    found.sort()
    with files.writing(f"{name}.records") as out:
        out.writelines(line for _, _, line, _ in found)
    files.put(f"{name}.keys", array("q", (key for *_, keys in found for key in keys)).tobytes())
    drawn = [record for sample in samples.values() for record in sample_of(sample, rules)]
    files.put(f"{name}.json", json.dumps([Gathered(record, "", None).line().decode() for record in drawn]).encode())
    return name


def read_samples(parts: Iterable[str], rules: Rules) -> Samples:
    """Of all parts together."""
    whole = Samples()
    for part in parts:
        lines: list[str] = json.loads(files.read(f"{part}.json"))
        _take(whole, (Gathered.of_line(line.encode()).record for line in lines), rules)
    return {version: sample_of(drawn, rules) for version, drawn in whole.items()}


def read_keys(parts: Iterable[str]) -> "list[array[int]]":
    """Of all responses, by part."""
    return [array("q", files.read(f"{part}.keys")) for part in parts]


def read_records(parts: Iterable[str], keys: "Iterable[array[int]]", rules: Rules) -> Iterator[Gathered]:
    """The responses of all parts in the order of arrival, with their keys; a chunk of each part in memory."""
    read = (_with_keys(part, some, rules.copy_keys) for part, some in zip(parts, keys, strict=True))
    return heapq.merge(*read, key=attrgetter("record"))


def _with_keys(part: str, keys: "array[int]", each: int) -> Iterator[Gathered]:
    for at, one in enumerate(read_lines(f"{part}.records")):
        yield one._replace(keys=tuple(keys[at * each : (at + 1) * each]))


def read_lines(name: str) -> Iterator[Gathered]:
    """The responses of a file."""
    rest = b""
    for chunk in files.chunks(name):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from map(Gathered.of_line, lines)


def _take(samples: Samples, records: Iterable[Record], rules: Rules) -> None:
    """Lets records in, and draws where that becomes too many to keep."""
    for record in records:
        samples.setdefault(record.asked, []).append(record)
    for version, some in samples.items():
        if len(some) > _MOST_SAMPLES * rules.sample:
            samples[version] = sample_of(some, rules)


def _gathered(campaign: str, segment: int, of: int) -> Iterator[Gathered]:
    for item in responses.scan_segment(segment, of, _SLICES):
        try:
            response = responses.read_item(item)
            load(response.edition, response.version)
        except (Unreadable, QuestionnaireUnknown):
            continue
        if response.campaign == campaign:
            record = _record(response)
            yield Gathered(record, response.id, response.residence, was_valid=response.was_valid)


def _keys(one: Gathered, rules: Rules) -> tuple[int, ...]:
    """Of a withdrawn one such as nobody else's answers have."""
    record = one.record
    return (0,) * rules.copy_keys if one.withdrawn else keys_of(layout_of(load(*record.asked)), record.packed, rules)


def _record(response: Response) -> Record:
    return Record(
        accepted_at=response.accepted_at,
        started_at=response.accepted_at - response.took_ms,
        link=response.link,
        unit=response.unit,
        edition=response.edition,
        version=response.version,
        packed=response.answers,
        dwell=seconds(response.paradata),
        broken=response.reasons,
    )
