"""Registering units, and handing out their keys."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.codes import new_key
from chalicelib.domain.errors import FieldError, RequestInvalid
from chalicelib.domain.unit import Unit
from chalicelib.store import audit, keys, units


def register_unit(unit: Unit, now_ms: int, who: str) -> str:
    """Stores a new unit and returns its key, which is shown this once.

    Raises `RequestInvalid` where its code is taken.
    """
    if not units.create(unit):
        raise RequestInvalid([FieldError("/code", f"{unit.code} is taken by another unit")])
    audit.note(unit.campaign, now_ms, who, "unit.create", unit.code, after=_view(unit))
    return _hand_out(unit)


def rotate_key(campaign: str, code: str, now_ms: int, who: str) -> str:
    """A new key for a unit; the old one stops at once. Raises `NotFound`."""
    key = _hand_out(units.read(campaign, code))
    audit.note(campaign, now_ms, who, "unit.key", code)
    return key


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or on a dry run would do. Codes of units, and the new units' keys."""

    created: dict[str, str | None]
    updated: list[str]


def import_units(wanted: Sequence[Unit], now_ms: int, who: str, *, dry_run: bool) -> Imported:
    """Creates the units that are new and updates those that are known, by code; nothing is ever removed."""
    campaign = wanted[0].campaign if wanted else ""
    known = {unit.code: unit for unit in units.of_campaign(campaign)} if wanted else {}
    created: dict[str, str | None] = {}
    updated = []
    for unit in wanted:
        before = known.get(unit.code)
        if before is None:
            created[unit.code] = None if dry_run else register_unit(unit, now_ms, who)
            continue
        after = unit.model_copy(update={"key_hash": before.key_hash})
        updated.append(unit.code)
        if after != before and not dry_run:
            units.replace(after)
            audit.note(campaign, now_ms, who, "unit.change", unit.code, before=_view(before), after=_view(after))
    return Imported(created, updated)


def _hand_out(unit: Unit) -> str:
    key = new_key()
    keys.give_unit(unit, key)
    return key


def _view(unit: Unit) -> dict[str, object]:
    return unit.model_dump(mode="json", exclude={"key_hash", "campaign"})
