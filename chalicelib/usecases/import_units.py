"""Importing units from a table: all of it, or nothing where anything in it is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chalicelib import questionnaires
from chalicelib.domain.campaign import Campaign, Phase
from chalicelib.domain.codes import key_hash, new_key
from chalicelib.domain.errors import AlreadySealed, TooLate
from chalicelib.domain.import_messages import message
from chalicelib.domain.sheet import Row
from chalicelib.domain.unit import Unit
from chalicelib.domain.unit_import import Change, Decision, decide
from chalicelib.domain.unit_rows import read_units
from chalicelib.store import audit, units
from chalicelib.store.base import ConditionFailed
from chalicelib.store.registrations import MOST_TOGETHER, Registration, write_together
from chalicelib.usecases.register_units import view

_TRIES = 20
"""Each failure means that somebody else got on."""


@dataclass(slots=True)
class Imported:
    """What an import did, or on a dry run would do."""

    created: int = 0
    updated: int = 0
    """Known units that the table names, whether or not it says anything new of them."""
    rejected: list[dict[str, object]] = field(default_factory=list)
    """`{"row", "column", "detail"}`; where there is any, nothing was imported."""
    notes: list[str] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    """The keys of the new units by their codes, shown this once; none on a dry run."""


def import_units(
    campaign: Campaign, rows: Sequence[Row], now_ms: int, who: str, lang: str, *, dry_run: bool
) -> Imported:
    """Creates the units that are new and changes those that are known; nothing is ever removed, and keys stay.

    Units are written some thirty at a time. Ended halfway, the next import of the same table does the rest. Raises
    `AlreadySealed`, and `TooLate` where others keep changing the same units.
    """
    if campaign.phase is Phase.SEALED:
        raise AlreadySealed(f"campaign {campaign.id} is sealed; its units can't change any more")
    sheet = read_units(rows, questionnaires.regions())
    decision = decide(campaign.id, sheet.rows, units.of_campaign(campaign.id))
    rejections = sorted([*sheet.rejections, *decision.rejections], key=lambda rejection: rejection.row)
    notes = [message("namesake", lang, {"row": row, "codes": code}) for row, code in decision.namesakes]
    if sheet.passed_over:
        notes.insert(0, message("passed_over", lang, {"names": ", ".join(sheet.passed_over)}))
    if rejections:
        return Imported(rejected=[sheet.told(rejection, lang) for rejection in rejections], notes=notes)
    created = sum(change.before is None for change in decision.changes)
    imported = Imported(created, len(decision.changes) - created, notes=notes)
    if not dry_run:
        imported.keys = _write(campaign.id, decision, now_ms, who)
    return imported


def _write(campaign: str, decision: Decision, now_ms: int, who: str) -> dict[str, str]:
    """Writes what was decided, and decides anew about the rest where somebody else was quicker. Gives the new keys."""
    keys: dict[str, str] = {}
    pending, tries = decision.changes, _TRIES
    while pending:
        some = pending[:MOST_TOGETHER]
        fresh = {change.after.code: new_key() for change in some if change.before is None}
        try:
            write_together(_registrations(some, fresh, now_ms, who))
        except ConditionFailed:
            tries -= 1
            anew = decide(campaign, [change.row for change in pending], units.of_campaign(campaign))
            if not tries or anew.rejections:
                raise TooLate("others were changing the same units; import the table again") from None
            pending = anew.changes
            continue
        keys |= fresh
        pending = pending[MOST_TOGETHER:]
    return keys


def _registrations(changes: Sequence[Change], keys: dict[str, str], now_ms: int, who: str) -> list[Registration]:
    """What there is to write: nothing for a unit of which the table says nothing new."""
    return [
        _created(change.after, keys[change.after.code], now_ms, who)
        if change.before is None
        else _changed(change.before, change.after, now_ms, who)
        for change in changes
        if change.after != change.before
    ]


def _created(unit: Unit, key: str, now_ms: int, who: str) -> Registration:
    unit = unit.model_copy(update={"key_hash": key_hash(key)})
    return Registration(
        None, unit, audit.item_of(unit.campaign, now_ms, who, "unit.create", unit.code, after=view(unit))
    )


def _changed(before: Unit, after: Unit, now_ms: int, who: str) -> Registration:
    seen = {"before": view(before), "after": view(after)}
    return Registration(before, after, audit.item_of(after.campaign, now_ms, who, "unit.change", after.code, **seen))
