"""Importing units from a table (annex 1): all of it, or nothing where anything in it is wrong."""

from collections.abc import Mapping, Sequence

from chalicelib.associations.domain.spreadsheet import Row
from chalicelib.associations.domain.unit_import import Change, Decision, decide
from chalicelib.associations.domain.unit_rows import UnitRow, read_units
from chalicelib.associations.store import contacts, units
from chalicelib.associations.store.registrations import MOST_TOGETHER, Registration, write_together
from chalicelib.associations.usecases.import_table import Imported, reported, write_in_groups
from chalicelib.associations.usecases.register_units import view
from chalicelib.campaigns.campaign import Campaign, Phase
from chalicelib.instrument import questionnaires
from chalicelib.kernel.codes import key_hash, new_key
from chalicelib.kernel.errors import AlreadySealed
from chalicelib.kernel.store import audit
from chalicelib.kernel.texts import said


def import_units(
    campaign: Campaign, rows: Sequence[Row], now_ms: int, who: str, lang: str, *, dry_run: bool
) -> Imported:
    """Creates the units that are new and changes those that are known; nothing is ever removed, and keys stay.

    Units are written some twenty at a time. Ended halfway, the next import of the same table does the rest. Raises
    `AlreadySealed`, and `TooLate` where others keep changing the same units.
    """
    if campaign.phase is Phase.SEALED:
        raise AlreadySealed("sealed_units", campaign=campaign.id)
    sheet = read_units(rows, questionnaires.regions())
    decision = _decide(campaign.id, sheet.rows)
    imported = reported(sheet, decision.rejections, [change.before is None for change in decision.changes], lang)
    imported.notes += [
        said("imports", lang, "namesake", {"row": row, "codes": code}) for row, code in decision.namesakes
    ]
    if not dry_run and not imported.rejected:
        imported.keys = _write(campaign.id, decision.changes, now_ms, who)
    return imported


def _decide(campaign: str, rows: Sequence[UnitRow]) -> Decision:
    return decide(campaign, rows, units.of_campaign(campaign), contacts.of_campaign(campaign))


def _write(campaign: str, changes: Sequence[Change], now_ms: int, who: str) -> dict[str, str]:
    """Writes what was decided, and gives the new units' keys."""
    keys: dict[str, str] = {}

    def write(some: Sequence[Change]) -> None:
        fresh = {change.after.code: new_key() for change in some if change.before is None}
        write_together(_registrations(some, fresh, now_ms, who))
        keys.update(fresh)

    def again(pending: Sequence[Change]) -> list[Change] | None:
        anew = _decide(campaign, [change.row for change in pending])
        return None if anew.rejections else anew.changes

    write_in_groups(changes, MOST_TOGETHER, write, again)
    return keys


def _registrations(changes: Sequence[Change], keys: Mapping[str, str], now_ms: int, who: str) -> list[Registration]:
    """What there is to write: nothing for a unit of which the table says nothing new."""
    return [_registration(change, keys, now_ms, who) for change in changes if change.is_new_to_us]


def _registration(change: Change, keys: Mapping[str, str], now_ms: int, who: str) -> Registration:
    before, unit = change.before, change.after
    if before is None:
        unit = unit.model_copy(update={"key_hash": key_hash(keys[unit.code])})
    action = "unit.create" if before is None else "unit.change"
    seen = {"before": view(before, change.contact_before)} if before else {}
    entry = audit.entry(unit.campaign, now_ms, who, action, unit.code, **seen, after=view(change.after, change.contact))
    return Registration(before, unit, entry, change.contact_before, change.contact)
