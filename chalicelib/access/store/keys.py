"""The keys table: who may come in, by the hash of the key. No key is stored itself."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from chalicelib.access.domain.roles import Member, Rank
from chalicelib.kernel.coalesced_reads import Gathered
from chalicelib.kernel.codes import key_hash
from chalicelib.kernel.errors import NotYours
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
    association = UnicodeAttribute(null=True)
    taking_part = UnicodeAttribute(null=True)
    member = UnicodeAttribute(null=True)
    name = UnicodeAttribute(null=True)
    rank = UnicodeAttribute(null=True)
    since = NumberAttribute(null=True)
    locked = BooleanAttribute(null=True)


@dataclass(frozen=True, slots=True)
class Holder:
    """Who a key belongs to: an association, which is a unit of one campaign or of several, or a member of the
    secretariat, which belongs to none."""

    role: Role
    campaign: str | None = None
    unit: str | None = None
    """As which unit, and of which campaign, an association asks."""
    member: Member | None = None
    taking_part: Mapping[str, str] = field(default_factory=dict)
    """The association's code as a unit, by campaign."""

    def at(self, campaign: str) -> "Holder":
        """The association as the unit that it is in a campaign. Raises `NotYours` where it takes no part."""
        if campaign not in self.taking_part:
            raise NotYours("campaign_of_others")
        return replace(self, campaign=campaign, unit=self.taking_part[campaign])

    @property
    def who(self) -> str:
        """How the audit log names them."""
        return self.member.who if self.member else self.unit or self.role


def find(hashed: str) -> Holder | None:
    """Whose key has this hash, read consistently, since a rotated or locked key stops at once; one read unit.

    A worker's threads share the call to DynamoDB, which costs more than all the rest of a poll.
    """
    item = _found.get(hashed)
    return None if item is None or item.locked else _holder(item)


def holder_of(hashed: str) -> Holder | None:
    """Likewise, of a locked key, too."""
    item = _find(hashed)
    return _holder(item) if item else None


def _holder(item: KeyItem) -> Holder:
    if item.role == "unit":
        return Holder("unit", taking_part=_taking_part(item))
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


def giving_association(hashed: str, association: str, taking_part: Mapping[str, str]) -> Write:
    """Lets an association in with the new key of this hash, as the unit that it is in each campaign."""
    return put(key_of_association(hashed, association, taking_part), KeyItem.hash.does_not_exist())


def key_of_association(hashed: str, association: str, taking_part: Mapping[str, str]) -> KeyItem:
    """The key as it is stored."""
    part = json.dumps(taking_part, sort_keys=True)
    return KeyItem(hashed, role="unit", association=association, taking_part=part)


def changing_part(hashed: str, association: str, taking_part: Mapping[str, str]) -> Write:
    """Says anew in which campaigns the holder of a key that is there takes part, and whose key it is."""
    part = json.dumps(taking_part, sort_keys=True)
    actions = [KeyItem.association.set(association), KeyItem.taking_part.set(part)]
    return update(KeyItem(hashed), actions, KeyItem.hash.exists())


def ending(hashed: str) -> Write:
    """Lets nobody in with this key any more."""
    return delete(KeyItem(hashed))


def _taking_part(item: KeyItem) -> dict[str, str]:
    """Release 0.1.0 gave a key for each unit of each campaign."""
    if item.taking_part is None:
        return {item.campaign: item.unit}
    found: dict[str, str] = json.loads(item.taking_part)
    return found


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
