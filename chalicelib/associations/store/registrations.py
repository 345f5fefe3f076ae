"""Registering and changing units, some at a time, together with their keys, contacts and the audit's entries."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chalicelib.access.store import keys
from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import contacts, units
from chalicelib.kernel.codes import key_hash
from chalicelib.kernel.store import writes
from chalicelib.kernel.store.writes import Write, commit

MOST_TOGETHER = writes.MOST_TOGETHER // 4
"""A new unit is four writes."""


@dataclass(frozen=True, slots=True)
class Registration:
    """A unit as it was (None: new) and as it is to be, with the audit entry about it."""

    before: Unit | None
    after: Unit
    """A new unit with the hash of its key."""
    entry: Write
    contact_before: Contact | None = None
    contact: Contact | None = None


def write_together(registrations: Sequence[Registration]) -> None:
    """Stores all or nothing. Raises `ConditionFailed` where one of the units is no longer as it was."""
    commit(*(write for registration in registrations for write in _writes(registration)))


def _writes(registration: Registration) -> Iterator[Write]:
    before, after, contact = registration.before, registration.after, registration.contact
    yield units.changing(before, after)
    yield registration.entry
    if contact is not None and contact != registration.contact_before:
        yield contacts.changing(after.campaign, after.code, registration.contact_before, contact)
    if before is None:
        assert after.key_hash is not None
        yield keys.giving_unit(after.key_hash, after.campaign, after.code)


def give_unit(unit: Unit, key: str, *beside: Write) -> Unit:
    """Lets a unit in with `key`, and from the same instant on no longer with its earlier one; returns the unit.

    Other writes go along. Raises `ConditionFailed` where the unit is no longer as it was.
    """
    changed = unit.model_copy(update={"key_hash": key_hash(key)})
    ends = [keys.ending(unit.key_hash)] if unit.key_hash else []
    given = keys.giving_unit(key_hash(key), unit.campaign, unit.code)
    commit(units.changing(unit, changed), given, *ends, *beside)
    return changed
