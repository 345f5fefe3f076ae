"""A unit and the key that opens its desk, changed in one step."""

from chalicelib.access.store import keys
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import units
from chalicelib.kernel.codes import key_hash
from chalicelib.kernel.store.writes import Write, commit


def give_unit(unit: Unit, key: str, *beside: Write) -> Unit:
    """Lets a unit in with `key`, and from the same instant on no longer with its earlier one; returns the unit.

    Other writes go along. Raises `ConditionFailed` where the unit is no longer as it was.
    """
    changed = unit.model_copy(update={"key_hash": key_hash(key)})
    ends = [keys.ending(unit.key_hash)] if unit.key_hash else []
    given = keys.giving_unit(key_hash(key), unit.campaign, unit.code)
    commit(units.changing(unit, changed), given, *ends, *beside)
    return changed
