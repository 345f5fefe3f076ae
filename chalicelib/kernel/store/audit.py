"""The audit table: who did what and when.

Entries of a campaign, and of the secretariat itself, are a chain: each has the next number and says what the one before
it hashes to. So none can be changed or taken out without all later ones being written anew, nor the last ones without
their number and hash being other than what was noted down (`make verify LOG=`).
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pynamodb.attributes import UnicodeAttribute

from chalicelib.kernel.store.dynamodb import Table, TableMeta, table_name
from chalicelib.kernel.store.writes import Chained, Write, commit, put

OFFICE = "*"
"""In the place of a campaign: what concerns the secretariat itself. No campaign can be called that."""
NOTHING = "0" * 64
"""What the first entry says of the one before it."""


class AuditItem(Table):
    """One act. `at` sorts by number, after those that earlier releases wrote, by their time, before there was one."""

    class Meta(TableMeta):
        table_name = table_name("audit")

    campaign = UnicodeAttribute(hash_key=True)
    at = UnicodeAttribute(range_key=True)
    document = UnicodeAttribute()


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a chain."""

    number: int
    sha256: str


def note(campaign: str, at_ms: int, who: str, action: str, subject: str, **details: Any) -> None:
    """Adds an entry by itself: of what was ordered, or of an act that is larger than a transaction."""
    commit(entry(campaign, at_ms, who, action, subject, **details))


def entry(campaign: str, at_ms: int, who: str, action: str, subject: str, **details: Any) -> Write:
    """An entry to commit together with what it tells of: `who` did `action` to `subject`; `details` are JSON values, as
    a rule `before` and `after`."""
    told = {"at": at_ms, "who": who, "action": action, "subject": subject, **details}
    return Chained(AuditItem, "Put", {"campaign": campaign}, told, _following)


def _following(entries: Sequence[Chained]) -> list[Write]:
    heads: dict[str, Head] = {}
    found = []
    for one in entries:
        campaign: str = one.arguments["campaign"]
        before = heads.get(campaign) or head(campaign)
        item = _item(campaign, before, one.said)
        heads[campaign] = Head(before.number + 1, _hash(item.document))
        found.append(put(item, AuditItem.campaign.does_not_exist()))
    return found


def _item(campaign: str, before: Head, said: Mapping[str, Any]) -> AuditItem:
    number = before.number + 1
    told = {**said, "scope": campaign, "number": number, "previous": before.sha256}
    return AuditItem(campaign, _key(number), document=json.dumps(told, ensure_ascii=False))


def _key(number: int) -> str:
    return f"n{number:012d}"


def _hash(document: str) -> str:
    return hashlib.sha256(document.encode()).hexdigest()


def head(campaign: str) -> Head:
    """The last entry of a campaign (or of `OFFICE`); number 0 before the first."""
    found = AuditItem.query(
        campaign, AuditItem.at.startswith("n"), scan_index_forward=False, limit=1, consistent_read=True
    )
    return next((Head(int(item.at[1:]), _hash(item.document)) for item in found), Head(0, NOTHING))


def lines(campaign: str, after: int, limit: int) -> Iterator[str]:
    """The entries of a chain as they are stored, in their order, from behind a number."""
    between = AuditItem.at.between(_key(after + 1), _key(after + limit))
    return (item.document for item in AuditItem.query(campaign, between, consistent_read=True))


def latest(campaign: str, limit: int) -> list[dict[str, Any]]:
    """The latest entries of a campaign and of the secretariat itself, newest first."""
    entries = [*newest(campaign, limit), *newest(OFFICE, limit)]
    return sorted(entries, key=lambda entry: -int(entry["at"]))[:limit]


def newest(campaign: str, limit: int) -> list[dict[str, Any]]:
    """The latest entries of a campaign (or of `OFFICE`), newest first."""
    items = AuditItem.query(campaign, scan_index_forward=False, limit=limit, consistent_read=True)
    return [json.loads(item.document) for item in items]
