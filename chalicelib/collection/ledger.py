"""The ledger: the ids of all sealed responses, so that a late retry gets a certain answer whether it was counted.

Ids are spread over buckets by their first bytes; a bucket is one row of concatenated 16-byte ids, a few kilobytes.
"""

from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterable

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.kernel.store.dynamodb import Table, TableMeta, table_name

ID_BYTES = 16
_IDS_PER_BUCKET = 512


class LedgerItem(Table):
    """One bucket."""

    class Meta(TableMeta):
        table_name = table_name("ledger")

    campaign = UnicodeAttribute(hash_key=True)
    bucket = NumberAttribute(range_key=True)
    ids = BinaryAttribute(legacy_encoding=False)


def write(campaign: str, ids: Iterable[bytes], how_many: int, going_on: Callable[[], None]) -> int:
    """Writes the ledger of a campaign; doing it again replaces it by the same. Returns the number of buckets.

    `going_on` is called with every id and every bucket.
    """
    buckets = max(1, -(-how_many // _IDS_PER_BUCKET))
    content = [bytearray() for _ in range(buckets)]
    for raw in ids:
        content[_bucket(raw, buckets)] += raw
        going_on()
    with LedgerItem.batch_write() as batch:
        for number, held in enumerate(content):
            batch.save(LedgerItem(campaign, number, ids=bytes(held)))
            going_on()
    return buckets


def holds(campaign: str, response_id: str, buckets: int) -> bool:
    """Whether the response was sealed. One read of a few kilobytes."""
    raw = raw_id(response_id)
    held = LedgerItem.get(campaign, _bucket(raw, buckets), consistent_read=True).ids
    return any(held[i : i + ID_BYTES] == raw for i in range(0, len(held), ID_BYTES))


def raw_id(response_id: str) -> bytes:
    """The 16 bytes of a response's id."""
    return urlsafe_b64decode(response_id + "==")


def _bucket(raw: bytes, buckets: int) -> int:
    return int.from_bytes(raw[:8], "big") * buckets >> 64
