"""Registering units, and handing out their keys."""

from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import unit_keys, units
from chalicelib.associations.usecases.set_contact import set_contact
from chalicelib.kernel.codes import key_hash, new_key
from chalicelib.kernel.errors import FieldError, RequestInvalid
from chalicelib.kernel.store import audit

SHORT = 12
"""So much of a key's hash tells keys apart in the audit log, and opens nothing."""


def register_unit(unit: Unit, now_ms: int, who: str, contact: Contact | None = None) -> str:
    """Stores a new unit, with its contact where that is known, and returns its key, which is shown this once.

    Raises `RequestInvalid` where its code is taken.
    """
    if not units.create(unit):
        raise RequestInvalid([FieldError("/code", f"{unit.code} is taken by another unit")])
    audit.note(unit.campaign, now_ms, who, "unit.create", unit.code, after=view(unit))
    if contact is not None:
        set_contact(unit.campaign, unit.code, contact, now_ms, who)
    return _hand_out(unit)


def rotate_key(campaign: str, code: str, now_ms: int, who: str) -> str:
    """A new key for a unit; the old one stops at once. Raises `NotFound`."""
    before = units.read(campaign, code)
    key = _hand_out(before)
    old, new = before.key_hash, key_hash(key)
    audit.note(campaign, now_ms, who, "unit.key", code, before=old and old[:SHORT], after=new[:SHORT])
    return key


def _hand_out(unit: Unit) -> str:
    key = new_key()
    unit_keys.give_unit(unit, key)
    return key


def view(unit: Unit) -> dict[str, object]:
    """A unit as the audit shows it."""
    return unit.model_dump(mode="json", exclude={"key_hash", "campaign"}, exclude_none=True)
