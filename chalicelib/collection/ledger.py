"""The ledger of release 0.1.0: the ids of the responses that it sealed. Later seals have `members`; this is only read.

Ids are spread over buckets by their first bytes; a bucket is one row of concatenated 16-byte ids, a few kilobytes.
"""

from base64 import urlsafe_b64decode

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.kernel.store.dynamodb import Table, TableMeta, table_name

_ID_BYTES = 16


class LedgerItem(Table):
    """One bucket."""

    class Meta(TableMeta):
        table_name = table_name("ledger")

    campaign = UnicodeAttribute(hash_key=True)
    bucket = NumberAttribute(range_key=True)
    ids = BinaryAttribute(legacy_encoding=False)


def holds(campaign: str, response_id: str, buckets: int) -> bool:
    """Whether the response was sealed. One read of a few kilobytes."""
    raw = urlsafe_b64decode(response_id + "==")
    bucket = int.from_bytes(raw[:8], "big") * buckets >> 64
    held = LedgerItem.get(campaign, bucket, consistent_read=True).ids
    return any(held[i : i + _ID_BYTES] == raw for i in range(0, len(held), _ID_BYTES))
