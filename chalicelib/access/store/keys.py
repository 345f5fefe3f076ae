"""The keys table: who may come in, by the hash of the key. No key is stored itself."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.access.domain.roles import Member, Rank
from chalicelib.kernel.coalesced_reads import Gathered
from chalicelib.kernel.codes import key_hash
from chalicelib.kernel.store.dynamodb import ConditionFailed, Table, TableMeta, table_name
from chalicelib.kernel.store.writes import Write, commit, delete, put, update

Role = Literal["unit", "secretariat"]


class KeyItem(Table):
    """A key's hash and what it opens."""

    class Meta(TableMeta):
        table_name = table_name("keys")

    hash = UnicodeAttribute(hash_key=True)
    role = UnicodeAttribute()
    campaign = UnicodeAttribute(null=True)
    unit = UnicodeAttribute(null=True)
    member = UnicodeAttribute(null=True)
    name = UnicodeAttribute(null=True)
    rank = UnicodeAttribute(null=True)
    since = NumberAttribute(null=True)
    locked = BooleanAttribute(null=True)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who a key belongs to: a unit of a campaign, or a member of the secretariat, which belongs to no campaign."""

    role: Role
    campaign: str | None = None
    unit: str | None = None
    member: Member | None = None

    @property
    def who(self) -> str:
        """How the audit log names them."""
        return self.member.who if self.member else self.unit or self.role


def find(hashed: str) -> Holder | None:
    """Whose key has this hash, read consistently, since a rotated or locked key stops at once; one read unit.

    A worker's threads share the call to DynamoDB, which costs more than all the rest of a poll.
    """
    item = _found.get(hashed)
    if item is None or item.locked:
        return None
    if item.role == "unit":
        return Holder("unit", item.campaign, item.unit)
    return Holder("secretariat", member=member_of(item))


def is_locked(hashed: str) -> bool:
    """Whether a key that is there opens nothing for now."""
    item = _find(hashed)
    return item is not None and bool(item.locked)


def set_locked(hashed: str, *beside: Write, locked: bool) -> bool:
    """Locks a key that isn't, or unlocks one that is, from the same instant on, together with other writes.

    Says whether there is such a key. Raises `ConditionFailed` where it is locked, or unlocked, already.
    """
    otherwise = KeyItem.locked == (not locked)
    is_other = otherwise | KeyItem.locked.does_not_exist() if locked else otherwise
    try:
        commit(update(KeyItem(hashed), [KeyItem.locked.set(locked)], KeyItem.hash.exists() & is_other), *beside)
    except ConditionFailed:
        if _find(hashed) is None:
            return False
        raise
    return True


def giving_unit(hashed: str, campaign: str, unit: str) -> Write:
    """Lets a unit in with the new key of this hash."""
    return put(KeyItem(hashed, role="unit", campaign=campaign, unit=unit), KeyItem.hash.does_not_exist())


def ending(hashed: str) -> Write:
    """Lets nobody in with this key any more."""
    return delete(KeyItem(hashed))


def _find(hashed: str) -> KeyItem | None:
    try:
        return KeyItem.get(hashed, consistent_read=True)
    except KeyItem.DoesNotExist:
        return None


def _find_all(hashes: Collection[str]) -> dict[str, KeyItem]:
    if len(hashes) > 1:
        return {item.hash: item for item in KeyItem.batch_get(hashes, consistent_read=True)}
    # Always so in Lambda, where a process answers one request after the other.
    return {hashed: item for hashed in hashes if (item := _find(hashed)) is not None}


_found = Gathered(_find_all)


def member_of(item: KeyItem) -> Member:
    """Whose key of the secretariat's this is. Before there were members there were administrators' keys alone."""
    rank = Rank(item.rank) if item.rank else Rank.ADMINISTRATOR
    return Member(item.member or item.hash[:12], item.name or "", rank, item.hash, int(item.since or 0))


def give_secretariat(key: str) -> None:
    """Lets an administrator of the secretariat in with `key`."""
    KeyItem(key_hash(key), role="secretariat").save()
