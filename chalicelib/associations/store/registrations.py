"""Registering and changing units, some at a time, together with their associations, keys, contacts and the audit's
entries."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from chalicelib.access.store import keys
from chalicelib.associations.domain.association import Association, founded, joined
from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import associations, contacts, units
from chalicelib.kernel.store import writes
from chalicelib.kernel.store.writes import Write, commit, until_not_overtaken

MOST_TOGETHER = writes.MOST_TOGETHER // 5
"""A new unit is five writes."""


@dataclass(frozen=True, slots=True)
class Registration:
    """A unit as it was (None: new) and as it is to be, with the audit entry about it."""

    before: Unit | None
    after: Unit
    entry: Write
    contact_before: Contact | None = None
    contact: Contact | None = None
    key_hash: str | None = None
    """Of the key of a new unit whose association is new, too."""
    association: Association | None = None
    """That which a new unit is, where it was there before."""


def write_together(registrations: Sequence[Registration]) -> None:
    """Stores all or nothing. Raises `ConditionFailed` where one of the units is no longer as it was."""
    commit(*(write for registration in registrations for write in _writes(registration)))


def _writes(registration: Registration) -> Iterator[Write]:
    before, after, contact = registration.before, registration.after, registration.contact
    if before is None:
        known = registration.association
        with_key = after.model_copy(update={"key_hash": registration.key_hash})
        association = joined(known, after) if known else founded(with_key)
        after = after.model_copy(update={"association": association.id})
        yield associations.changing(known, association)
        yield from _key(known, association)
    yield units.changing(before, after)
    yield registration.entry
    if contact is not None and contact != registration.contact_before:
        yield contacts.changing(after.campaign, after.code, registration.contact_before, contact)


def _key(known: Association | None, association: Association) -> Iterator[Write]:
    if association.key_hash is not None:
        tell = keys.changing_part if known else keys.giving_association
        yield tell(association.key_hash, association.id, association.taking_part)


def association_of(unit: Unit) -> Association:
    """The association that is a unit. One that an earlier release has stored is given its association by that, and the
    key of the unit becomes the association's; doing it again changes nothing. Raises `NotFound`."""

    def attempt() -> Association:
        stored = units.read(unit.campaign, unit.code)
        if stored.association is not None:
            return associations.read(stored.association)
        association = founded(stored)
        after = stored.model_copy(update={"association": association.id, "key_hash": None})
        writes_of_key = _key(association, association)
        commit(associations.changing(None, association), units.changing(stored, after), *writes_of_key)
        return association

    return until_not_overtaken(attempt)


def give_key(association: Association, hashed: str, *beside: Write) -> None:
    """Lets an association in with the new key of this hash, and from the same instant on no longer with its earlier
    one. Other writes go along. Raises `ConditionFailed` where it is no longer as it was."""
    changed = association.model_copy(update={"key_hash": hashed})
    ends = [keys.ending(association.key_hash)] if association.key_hash else []
    given = keys.giving_association(hashed, association.id, association.taking_part)
    commit(associations.changing(association, changed), given, *ends, *beside)
