"""Who asks: by key, or by the session that a key has opened."""

from chalicelib.access.domain.roles import Act, RoleNeeded, may
from chalicelib.access.domain.session import Session
from chalicelib.access.store import keys
from chalicelib.access.store.keys import Holder
from chalicelib.kernel.codes import key_hash
from chalicelib.kernel.errors import KeyInvalid, NotYours
from chalicelib.kernel.rate_limits import note_failure, refuse_repeated

Credential = str | Session
"""A key as it was handed out, or a session."""

_LONGEST_KEY = 64


def authenticate(shown: Credential | None) -> Holder:
    """The holder of a key. Raises `KeyInvalid`, and `TooManyRequests` for one that fails again and again."""
    if hashed := hash_of(shown):
        refuse_repeated(hashed)
        if (holder := keys.find(hashed)) is not None:
            return holder
        note_failure(hashed)
    raise KeyInvalid("key")


def check_unit(holder: Holder) -> None:
    """Lets a unit pass. Raises `NotYours` for another's key."""
    if holder.member is not None:
        raise NotYours("units_only")


def check(holder: Holder, act: Act) -> None:
    """Lets a member pass whose role is enough for `act`. Raises `NotYours` for a unit, and `RoleNeeded`."""
    if holder.member is None:
        raise NotYours("secretariat_only")
    if not may(holder.member.rank, act):
        raise RoleNeeded(act)


def hash_of(shown: Credential | None) -> str | None:
    """The hash of the key that was shown, or that opened the session; none of what can't be one."""
    if isinstance(shown, Session):
        return shown.key_hash
    return key_hash(shown) if shown and len(shown) <= _LONGEST_KEY and shown.isascii() else None
