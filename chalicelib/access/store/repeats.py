"""The repeats table: what was asked under an `Idempotency-Key`, and what was answered, for a day."""

from dataclasses import dataclass

from pynamodb.attributes import BinaryAttribute, TTLAttribute, UnicodeAttribute

from chalicelib.kernel.instants import DAY_MS, shanghai
from chalicelib.kernel.store.dynamodb import ConditionFailed, Table, TableMeta, table_name
from chalicelib.kernel.store.writes import commit, delete, put, update


class RepeatItem(Table):
    """One request."""

    class Meta(TableMeta):
        table_name = table_name("repeats")

    id = UnicodeAttribute(hash_key=True)
    asked = UnicodeAttribute()
    """The hash of what was asked."""
    reply = BinaryAttribute(null=True, legacy_encoding=False)
    gone_at = TTLAttribute()
    """From then on DynamoDB may remove it by itself, which takes it up to days."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier request under the same key."""

    asked: str
    reply: bytes | None
    """Sealed; None: it hasn't been answered, or nobody knows whether it was."""


def begin(repeat: str, asked: str, at_ms: int) -> Earlier | None:
    """Notes that something is being done; None where it wasn't asked within the last day."""
    item = RepeatItem(repeat, asked=asked, gone_at=shanghai(at_ms + DAY_MS))
    try:
        commit(put(item, RepeatItem.id.does_not_exist() | (RepeatItem.gone_at < shanghai(at_ms))))
    except ConditionFailed:
        found = RepeatItem.get(repeat, consistent_read=True)
        return Earlier(found.asked, found.reply)
    return None


def answered(repeat: str, reply: bytes) -> None:
    """Keeps the reply beside what was asked."""
    commit(update(RepeatItem(repeat), [RepeatItem.reply.set(reply)]))


def forget(repeat: str) -> None:
    """What was asked was refused, so nothing was done: it may be asked again."""
    commit(delete(RepeatItem(repeat)))
