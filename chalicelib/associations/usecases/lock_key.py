"""Locking a unit's key: it opens nothing until it is unlocked; nothing else of the unit changes."""

from chalicelib.access.store import keys
from chalicelib.associations.store import units
from chalicelib.associations.usecases.register_units import SHORT
from chalicelib.kernel.store import audit


def lock_key(campaign: str, code: str, now_ms: int, who: str, *, locked: bool) -> None:
    """Locks a unit's key, sessions included, or unlocks it. A new key is unlocked. Raises `NotFound`."""
    hashed = units.read(campaign, code).key_hash
    if hashed is None or keys.is_locked(hashed) == locked or not keys.set_locked(hashed, locked=locked):
        return
    action, key = "unit.lock" if locked else "unit.unlock", hashed[:SHORT]
    before, after = {"key": key, "locked": not locked}, {"key": key, "locked": locked}
    audit.note(campaign, now_ms, who, action, code, before=before, after=after)


def is_locked(campaign: str, code: str) -> bool:
    """Whether a unit's key is locked. Raises `NotFound`."""
    hashed = units.read(campaign, code).key_hash
    return hashed is not None and keys.is_locked(hashed)
