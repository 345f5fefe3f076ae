"""What a secretary does with a unit's key: a new one, a lock, and the lock undone."""

from chalice.app import Response

from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.usecases.register_units import key_of, lock_key, rotate_key
from chalicelib.web.desk.visitor import Visitor


def rotate(visitor: Visitor, unit: Unit) -> Response:
    """Bound to the key that was there when it was asked: a form that is sent twice rotates once."""
    present = (key_of(unit) or "")[:12]
    if not visitor.is_confirmed or visitor.one("present") != present:
        return visitor.confirm("rotate", f"units/{unit.code}", unit=unit, present=present)
    key = rotate_key(unit.campaign, unit.code, visitor.at_ms, visitor.who)
    return visitor.page("secretariat/key.html", unit=unit, key=key, fresh=False)


def lock(visitor: Visitor, unit: Unit) -> Response:
    """Asks once more: everybody who uses the key loses access at once."""
    if not visitor.is_confirmed:
        return visitor.confirm("lock", f"units/{unit.code}", unit=unit)
    lock_key(unit.campaign, unit.code, visitor.at_ms, visitor.who, locked=True)
    return visitor.go(f"units/{unit.code}#key")


def unlock(visitor: Visitor, unit: Unit) -> Response:
    """Asks nothing: it takes a lock back."""
    lock_key(unit.campaign, unit.code, visitor.at_ms, visitor.who, locked=False)
    return visitor.go(f"units/{unit.code}#key")
