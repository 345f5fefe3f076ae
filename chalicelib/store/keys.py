"""The keys table: who may come in, by the hash of the key. No key is stored itself."""

from dataclasses import dataclass
from typing import Literal

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

from chalicelib.domain.codes import key_hash
from chalicelib.domain.roles import Member, Rank
from chalicelib.domain.unit import Unit
from chalicelib.store import units
from chalicelib.store.base import TableMeta, connection, table_name

Role = Literal["unit", "secretariat"]


class KeyItem(Model):
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
    """Whose key has this hash, read consistently, since a rotated key stops at once; one read unit."""
    try:
        item = KeyItem.get(hashed, consistent_read=True)
    except KeyItem.DoesNotExist:
        return None
    if item.role == "unit":
        return Holder("unit", item.campaign, item.unit)
    return Holder("secretariat", member=member_of(item))


def member_of(item: KeyItem) -> Member:
    """Whose key of the secretariat's this is. Before there were members there were administrators' keys alone."""
    rank = Rank(item.rank) if item.rank else Rank.ADMINISTRATOR
    return Member(item.member or item.hash[:12], item.name or "", rank, item.hash, int(item.since or 0))


def give_secretariat(key: str) -> None:
    """Lets an administrator of the secretariat in with `key`."""
    KeyItem(key_hash(key), role="secretariat").save()


def give_unit(unit: Unit, key: str) -> Unit:
    """Lets a unit in with `key`, and from the same instant on no longer with its earlier one; returns the unit."""
    changed = unit.model_copy(update={"key_hash": key_hash(key)})
    with TransactWrite(connection=connection(KeyItem).connection) as transaction:
        transaction.save(KeyItem(changed.key_hash, role="unit", campaign=unit.campaign, unit=unit.code))
        if unit.key_hash:
            transaction.delete(KeyItem(unit.key_hash))
        transaction.save(units.item_of(changed), condition=_unchanged(unit))
    return changed


def _unchanged(unit: Unit) -> Condition:
    return units.UnitItem.document == unit.document()
