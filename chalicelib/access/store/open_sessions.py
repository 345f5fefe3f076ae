"""The sessions table: a row for each session that is open, under the key that opened it.

Asked about once in every request that comes with a session, so that one that was ended is over in all workers at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute

from chalicelib.access.domain.session import IDLE_MS, Session
from chalicelib.kernel.instants import shanghai
from chalicelib.kernel.store.dynamodb import ConditionFailed, Table, TableMeta, fits_key, table_name
from chalicelib.kernel.store.writes import Write, commit, delete, put, update


class SessionItem(Table):
    """One session; instants in ms since the epoch."""

    class Meta(TableMeta):
        table_name = table_name("sessions")

    key = UnicodeAttribute(hash_key=True)
    """The hash of the key that opened it."""
    id = UnicodeAttribute(range_key=True)
    since = NumberAttribute()
    seen_at = NumberAttribute()
    expires_at = NumberAttribute()
    gone_at = TTLAttribute()
    """From then on nobody need know of it; DynamoDB may take days more."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that is open, as it is listed."""

    id: str
    since: int
    seen_at: int
    """When it was last used, to some minutes."""
    expires_at: int

    def is_over(self, at_ms: int) -> bool:
        """Whether it has run out, or nobody has used it for long."""
        return at_ms >= min(self.expires_at, self.seen_at + IDLE_MS)


def opening(session: Session, at_ms: int) -> Write:
    """Opens a session."""
    whole_second_after = session.expires_at + 1_000 - session.expires_at % 1_000
    times: Mapping[str, Any] = {"since": at_ms, "seen_at": at_ms, "expires_at": session.expires_at}
    return put(SessionItem(session.key_hash, session.id, gone_at=shanghai(whole_second_after), **times))


def find(session: Session) -> Opened | None:
    """A session as long as nobody has ended it; one consistent read."""
    if not fits_key(session.key_hash, session.id):
        return None
    try:
        return _opened(SessionItem.get(session.key_hash, session.id, consistent_read=True))
    except SessionItem.DoesNotExist:
        return None


def use(session: Session, at_ms: int) -> bool:
    """Notes that a session is used; whether it is open still."""
    try:
        is_there = SessionItem.key.exists()
        commit(update(SessionItem(session.key_hash, session.id), [SessionItem.seen_at.set(at_ms)], is_there))
    except ConditionFailed:
        return False
    return True


def ending(key_hash: str, name: str) -> Write:
    """Ends a session from the same instant on. Its commit raises `ConditionFailed` where it is over already."""
    return delete(SessionItem(key_hash, name), SessionItem.key.exists())


def of_key(key_hash: str, at_ms: int) -> list[Opened]:
    """The sessions of a key that are open now, the latest first."""
    found = map(_opened, SessionItem.query(key_hash, consistent_read=True))
    return sorted((one for one in found if not one.is_over(at_ms)), key=lambda one: (-one.since, one.id))


def _opened(item: SessionItem) -> Opened:
    return Opened(item.id, int(item.since), int(item.seen_at), int(item.expires_at))
