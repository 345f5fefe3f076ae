"""Registering and changing many units: some at a time, together with their keys, contacts and the audit's entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from chalicelib.access.store.keys import KeyItem
from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store.contacts import ContactItem
from chalicelib.associations.store.contacts import item_of as contact_item
from chalicelib.associations.store.units import UnitItem, item_of
from chalicelib.kernel.store.audit import AuditItem
from chalicelib.kernel.store.dynamodb import OVERTAKEN, ConditionFailed, connection

MOST_TOGETHER = 25
"""A transaction takes 100 items, a new unit four."""


@dataclass(frozen=True, slots=True)
class Registration:
    """A unit as it was (None: new) and as it is to be, with the entry that tells of it."""

    before: Unit | None
    after: Unit
    """A new unit with the hash of its key."""
    entry: AuditItem
    contact_before: Contact | None = None
    contact: Contact | None = None


def write_together(registrations: Sequence[Registration]) -> None:
    """Stores all or nothing. Raises `ConditionFailed` where one of the units is no longer as it was."""
    if not registrations:
        return
    try:
        with TransactWrite(connection=connection(UnitItem).connection) as transaction:
            for registration in registrations:
                _add(transaction, registration)
    except TransactWriteError as error:
        if any(reason and reason.code in OVERTAKEN for reason in error.cancellation_reasons):
            raise ConditionFailed(None) from None
        raise


def _add(transaction: TransactWrite, registration: Registration) -> None:
    before, after, contact = registration.before, registration.after, registration.contact
    transaction.save(item_of(after), condition=_as_it_was(before))
    transaction.save(registration.entry)
    if contact is not None and contact != registration.contact_before:
        item = contact_item(after.campaign, after.code, contact)
        transaction.save(item, condition=_reached_as_before(registration.contact_before))
    if before is None:
        assert after.key_hash is not None
        key = KeyItem(after.key_hash, role="unit", campaign=after.campaign, unit=after.code)
        transaction.save(key, condition=KeyItem.hash.does_not_exist())


def _as_it_was(before: Unit | None) -> Any:
    if before is None:
        return UnitItem.code.does_not_exist()
    return UnitItem.document == before.document()


def _reached_as_before(contact: Contact | None) -> Any:
    if contact is None:
        return ContactItem.unit.does_not_exist()
    return ContactItem.document == contact.model_dump_json()
