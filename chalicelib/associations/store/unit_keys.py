"""A unit and the key that opens its desk, changed in one step."""

from pynamodb.expressions.condition import Condition
from pynamodb.transactions import TransactWrite

from chalicelib.access.store.keys import KeyItem
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import units
from chalicelib.kernel.codes import key_hash
from chalicelib.kernel.store.dynamodb import connection


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
