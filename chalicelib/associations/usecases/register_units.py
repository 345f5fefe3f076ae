"""Registering units, and handing out their keys."""

from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import contacts, unit_keys, units
from chalicelib.associations.store.registrations import Registration, write_together
from chalicelib.kernel.codes import key_hash, new_key
from chalicelib.kernel.errors import FieldError, RequestInvalid
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.writes import until_not_overtaken

SHORT = 12
"""This many characters of a key's hash distinguish keys in the audit log, and open nothing."""


def register_unit(unit: Unit, now_ms: int, who: str, contact: Contact | None = None) -> str:
    """Stores a new unit, with its contact where that is known, and returns its key, which is shown this once.

    Raises `RequestInvalid` where its code is taken.
    """
    key = new_key()
    entry = audit.entry(unit.campaign, now_ms, who, "unit.create", unit.code, after=view(unit, contact))
    fresh = unit.model_copy(update={"key_hash": key_hash(key)})

    def attempt() -> str:
        if units.find(unit.campaign, unit.code) is not None:
            raise RequestInvalid([FieldError("/code", "code_taken", code=unit.code)])
        reached = contacts.read(unit.campaign, unit.code) if contact is not None else None
        write_together([Registration(None, fresh, entry, reached, contact)])
        return key

    return until_not_overtaken(attempt)


def rotate_key(campaign: str, code: str, now_ms: int, who: str) -> str:
    """A new key for a unit; the old one stops at once. Raises `NotFound`."""
    key = new_key()

    def attempt() -> str:
        before = units.read(campaign, code)
        seen = {"before": before.key_hash and before.key_hash[:SHORT], "after": key_hash(key)[:SHORT]}
        unit_keys.give_unit(before, key, audit.entry(campaign, now_ms, who, "unit.key", code, **seen))
        return key

    return until_not_overtaken(attempt)


def view(unit: Unit, contact: Contact | None = None) -> dict[str, object]:
    """A unit and its contact as the audit shows them."""
    seen = unit.model_dump(mode="json", exclude={"key_hash", "campaign"}, exclude_none=True)
    return seen | ({"contact": contact.veiled()} if contact else {})
