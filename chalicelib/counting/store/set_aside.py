"""The set-aside table: records of the stream that could not be read, kept with the reason until somebody looks."""

import json

from pynamodb.attributes import UnicodeAttribute

from chalicelib.kernel.store.dynamodb import Table, TableMeta, table_name


class SetAsideItem(Table):
    """One unreadable record, under an id made of its shard and sequence number: setting it aside twice is once."""

    class Meta(TableMeta):
        table_name = table_name("set-aside")

    id = UnicodeAttribute(hash_key=True)
    reason = UnicodeAttribute()
    record = UnicodeAttribute()


def put(shard: str, sequence: str, reason: str, record: object) -> None:
    """Sets a record aside."""
    SetAsideItem(f"{shard}#{sequence}", reason=reason, record=json.dumps(record, default=str)).save()


def everything() -> list[tuple[str, str]]:
    """What was set aside: id and reason."""
    return sorted((item.id, item.reason) for item in SetAsideItem.scan(consistent_read=True))
