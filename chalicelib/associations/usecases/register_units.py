"""Registering units, and their keys: handing them out, replacing and locking them."""

from chalicelib.access.store import keys
from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import associations, contacts, units
from chalicelib.associations.store.registrations import Registration, association_of, give_key, write_together
from chalicelib.kernel.codes import key_hash, new_key
from chalicelib.kernel.errors import FieldError, RequestInvalid
from chalicelib.kernel.seen import Replaced
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.dynamodb import ConditionFailed
from chalicelib.kernel.store.writes import until_not_overtaken

SHORT = 12
"""This many characters of a key's hash distinguish keys in the audit log, and open nothing."""


def register_unit(unit: Unit, now_ms: int, who: str, contact: Contact | None = None) -> str:
    """Stores a new unit, with its contact where that is known, and returns its key, which is shown this once.

    Raises `RequestInvalid` where its code is taken.
    """
    key = new_key()
    entry = audit.entry(unit.campaign, now_ms, who, "unit.create", unit.code, after=view(unit, contact))

    def attempt() -> str:
        if units.find(unit.campaign, unit.code) is not None:
            raise RequestInvalid([FieldError("/code", "code_taken", code=unit.code)])
        reached = contacts.read(unit.campaign, unit.code) if contact is not None else None
        write_together([Registration(None, unit, entry, reached, contact, key_hash(key))])
        return key

    return until_not_overtaken(attempt)


def rotate_key(campaign: str, code: str, now_ms: int, who: str) -> str:
    """A new key for the association that is this unit; the old one stops at once. Raises `NotFound`, and
    `Overtaken` where somebody else replaces it at this moment."""
    key, replaced = new_key(), Replaced("overtaken_key")

    def attempt() -> str:
        before = association_of(units.read(campaign, code))
        replaced.check(before.key_hash)
        seen = {"before": before.key_hash and before.key_hash[:SHORT], "after": key_hash(key)[:SHORT]}
        give_key(before, key_hash(key), audit.entry(campaign, now_ms, who, "unit.key", code, **seen))
        return key

    return until_not_overtaken(attempt)


def lock_key(campaign: str, code: str, now_ms: int, who: str, *, locked: bool) -> None:
    """Locks a unit's key, sessions included, or unlocks it. A new key is unlocked. Raises `NotFound`."""

    def attempt() -> None:
        hashed = key_of(units.read(campaign, code))
        if hashed is None or keys.is_locked(hashed) == locked:
            return
        action, key = "unit.lock" if locked else "unit.unlock", hashed[:SHORT]
        seen = {"before": {"key": key, "locked": not locked}, "after": {"key": key, "locked": locked}}
        entry = audit.entry(campaign, now_ms, who, action, code, **seen)
        if not keys.set_locked(hashed, entry, locked=locked):
            raise ConditionFailed(None)  # replaced meanwhile: the new key is the one to lock

    until_not_overtaken(attempt)


def is_locked(campaign: str, code: str) -> bool:
    """Whether a unit's key is locked. Raises `NotFound`."""
    hashed = key_of(units.read(campaign, code))
    return hashed is not None and keys.is_locked(hashed)


def key_of(unit: Unit) -> str | None:
    """The hash of the key that opens a unit's desk; none where it was given none."""
    return associations.read(unit.association).key_hash if unit.association else unit.key_hash


def view(unit: Unit, contact: Contact | None = None) -> dict[str, object]:
    """A unit and its contact as the audit shows them."""
    unseen = {"key_hash", "campaign", "association", "links_taken"}
    seen = unit.model_dump(mode="json", exclude=unseen, exclude_none=True)
    return seen | ({"contact": contact.veiled()} if contact else {})
