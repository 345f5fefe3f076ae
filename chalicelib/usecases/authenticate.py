"""Who asks: by key."""

from chalicelib.domain.errors import KeyInvalid, NotYours
from chalicelib.store import keys
from chalicelib.store.keys import Holder

_LONGEST_KEY = 64


def authenticate(key: str | None) -> Holder:
    """The holder of a key. Raises `KeyInvalid`."""
    holder = keys.holder(key) if key and len(key) <= _LONGEST_KEY and key.isascii() else None
    if holder is None:
        raise KeyInvalid("the key is missing, unknown, or was replaced by a new one")
    return holder


def unit_of(key: str | None) -> tuple[str, str]:
    """Campaign and code of the unit whose key this is. Raises `KeyInvalid`, and `NotYours` for another's."""
    holder = authenticate(key)
    if holder.campaign is None or holder.unit is None:
        raise NotYours("this is for units, and takes a unit's key")
    return holder.campaign, holder.unit


def secretariat(key: str | None) -> None:
    """Lets the secretariat pass. Raises `KeyInvalid`, and `NotYours` for a unit's key."""
    if authenticate(key).role != "secretariat":
        raise NotYours("this is for the secretariat alone")
