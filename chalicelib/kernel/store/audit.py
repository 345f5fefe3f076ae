"""The audit table: who did what and when."""

import json
import secrets
from collections.abc import Mapping
from typing import Any

from pynamodb.attributes import UnicodeAttribute

from chalicelib.kernel.store.dynamodb import Table, TableMeta, table_name
from chalicelib.kernel.store.writes import Write, put

OFFICE = "*"
"""In the place of a campaign: what concerns the secretariat itself. No campaign can be called that."""


class AuditItem(Table):
    """One act. `at` sorts by time: milliseconds and a random tail."""

    class Meta(TableMeta):
        table_name = table_name("audit")

    campaign = UnicodeAttribute(hash_key=True)
    at = UnicodeAttribute(range_key=True)
    document = UnicodeAttribute()


def note(campaign: str, at_ms: int, who: str, action: str, subject: str, **details: Any) -> None:
    """Adds an entry by itself: of what was ordered, or of an act that is larger than a transaction."""
    _item(campaign, at_ms, who, action, subject, details).save()


def entry(campaign: str, at_ms: int, who: str, action: str, subject: str, **details: Any) -> Write:
    """An entry to commit together with what it tells of: `who` did `action` to `subject`; `details` are JSON values, as
    a rule `before` and `after`."""
    return put(_item(campaign, at_ms, who, action, subject, details))


def _item(campaign: str, at_ms: int, who: str, action: str, subject: str, details: Mapping[str, Any]) -> AuditItem:
    told = {"at": at_ms, "who": who, "action": action, "subject": subject, **details}
    tail = secrets.token_hex(4)
    return AuditItem(campaign, f"{at_ms:015d}-{tail}", document=json.dumps(told, ensure_ascii=False))


def latest(campaign: str, limit: int) -> list[dict[str, Any]]:
    """The latest entries of a campaign and of the secretariat itself, newest first."""
    entries = [*newest(campaign, limit), *newest(OFFICE, limit)]
    return sorted(entries, key=lambda entry: -int(entry["at"]))[:limit]


def newest(campaign: str, limit: int) -> list[dict[str, Any]]:
    """The latest entries of a campaign (or of `OFFICE`), newest first."""
    items = AuditItem.query(campaign, scan_index_forward=False, limit=limit, consistent_read=True)
    return [json.loads(item.document) for item in items]
