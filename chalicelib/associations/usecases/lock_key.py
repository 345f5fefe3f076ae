"""Locking a unit's key: it opens nothing until it is unlocked; nothing else of the unit changes."""

from chalicelib.access.store import keys
from chalicelib.associations.store import units
from chalicelib.associations.usecases.register_units import SHORT
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.dynamodb import ConditionFailed
from chalicelib.kernel.store.writes import until_not_overtaken


def lock_key(campaign: str, code: str, now_ms: int, who: str, *, locked: bool) -> None:
    """Locks a unit's key, sessions included, or unlocks it. A new key is unlocked. Raises `NotFound`."""

    def attempt() -> None:
        hashed = units.read(campaign, code).key_hash
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
    hashed = units.read(campaign, code).key_hash
    return hashed is not None and keys.is_locked(hashed)
