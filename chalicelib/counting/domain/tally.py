"""Tallies: how responses become counts, exactly once, from a stream that delivers at least once.

Each tally row belongs to one unit (or the nation) and one stream shard, and carries its own watermark: the last
sequence number that it has counted. Only that shard's batches write the row, in order, each write on condition that
the watermark is still the one it was worked out from. So a row is exact on its own, whatever is redelivered, re-cut or
run twice at once; and a count is the sum over rows (docs/adr/0003).
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from chalicelib.kernel.instants import shanghai

NATION = "~"
"""The nation's place among the units; no unit's code can be this."""

COLLECTED = "n"
VALID = "v"
WATERMARK = "w"

MOST_NAMES = 150
"""Attributes that one update adds to: of the most that a row can have, some 3.3 KB of expression."""

_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Counted:
    """What a stored response adds to the counts."""

    campaign: str
    unit: str
    link: str
    edition: str
    hour: str
    """Shanghai's, by arrival: `2021080309`."""
    valid: bool
    residence: str | None
    sequence: int = 0
    """Its place in its shard; 0 where it comes from the table itself."""


def hour_of(instant_ms: int) -> str:
    """Shanghai's hour of an instant, as tallies name it: `2021080309`."""
    return _hour_label(instant_ms // _HOUR_MS)


@lru_cache(maxsize=512)
def _hour_label(epoch_hour: int) -> str:
    return shanghai(epoch_hour * _HOUR_MS).strftime("%Y%m%d%H")


def rows_of(batch: Iterable[Counted]) -> dict[tuple[str, str], list[Counted]]:
    """A batch by the rows that it touches, `(campaign, unit or NATION)`, each in the batch's order."""
    rows: dict[tuple[str, str], list[Counted]] = {}
    for record in batch:
        rows.setdefault((record.campaign, record.unit), []).append(record)
        rows.setdefault((record.campaign, NATION), []).append(record)
    return rows


def after(watermark: str | None, records: Sequence[Counted]) -> list[Counted]:
    """The records that a row with this watermark has not counted yet.

    Watermarks are compared as integers: sequence numbers differ in length. They are kept as text, since they can be
    longer than a DynamoDB number.
    """
    if watermark is None:
        return list(records)
    mark = int(watermark)
    return [record for record in records if record.sequence > mark]


def watermark_of(records: Sequence[Counted]) -> str:
    """The watermark of a row that has counted `records` last."""
    return str(max(record.sequence for record in records))


def increments(records: Sequence[Counted], *, national: bool) -> dict[str, int]:
    """What `records` add to a row, by attribute.

    `n` and `v` count all and the valid; `h:<hour>` those of an hour; a unit's row counts by link (`l:<code>`), the
    nation's by residence (`p:<two digits>`) and edition (`e:<edition>`). The same letter as a capital counts the valid
    among them. All are top-level attributes, since DynamoDB's ADD reaches no nested map.
    """
    counts = Counter[str]()
    for these, (hour, link, residence, edition) in (
        (records, ("h", "l", "p", "e")),
        ([r for r in records if r.valid], ("H", "L", "P", "E")),
    ):
        counts.update(f"{hour}:{r.hour}" for r in these)
        if national:
            counts.update(f"{residence}:{r.residence}" for r in these if r.residence)
            counts.update(f"{edition}:{r.edition}" for r in these)
        else:
            counts.update(f"{link}:{r.link}" for r in these)
    counts[COLLECTED] = len(records)
    counts[VALID] = sum(r.valid for r in records)
    return {name: n for name, n in counts.items() if n}


def first_piece(records: Sequence[Counted], *, national: bool) -> Sequence[Counted]:
    """As many of the first records, in the order of the stream, as one update of a row can count.

    An update's expression grows with the names that it adds to, and AWS takes 4 KB of it. The *records* are cut, each
    piece with a watermark of its own; an update of some of the names would, after a crash, be counted twice.
    """
    if len(increments(records, national=national)) <= MOST_NAMES:
        return records
    ordered = sorted(records, key=lambda record: record.sequence)
    fits = bisect_right(
        range(1, len(ordered)), MOST_NAMES, key=lambda n: len(increments(ordered[:n], national=national))
    )
    return ordered[:fits]


def total(rows: Iterable[Mapping[str, int]]) -> Counter[str]:
    """The sum of rows, attribute by attribute."""
    counts = Counter[str]()
    for row in rows:
        counts.update(row)
    return counts
