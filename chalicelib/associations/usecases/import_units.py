"""Importing units from a table (annex 1): all of it, or nothing where anything in it is wrong."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from chalicelib.associations.domain.contact import phones
from chalicelib.associations.domain.spreadsheet import Answers, Row
from chalicelib.associations.domain.table import ReadTable
from chalicelib.associations.domain.unit_import import UnitChange, UnitDecision, decide
from chalicelib.associations.domain.unit_rows import UnitRow, read_units
from chalicelib.associations.store import contacts, units
from chalicelib.associations.store.registrations import MOST_TOGETHER, Registration, write_together
from chalicelib.associations.usecases.find_code import other_codes
from chalicelib.associations.usecases.import_table import Imported, import_table
from chalicelib.associations.usecases.register_units import view
from chalicelib.campaigns.campaign import Campaign, Phase
from chalicelib.instrument import questionnaires
from chalicelib.kernel.codes import key_hash, new_key
from chalicelib.kernel.errors import AlreadySealed
from chalicelib.kernel.instants import shanghai
from chalicelib.kernel.store import audit
from chalicelib.kernel.texts import said

_NO_ANSWERS = Answers()


def import_units(
    campaign: Campaign,
    rows: Sequence[Row],
    now_ms: int,
    who: str,
    lang: str,
    answers: Answers = _NO_ANSWERS,
    *,
    dry_run: bool,
) -> Imported:
    """Creates the units that are new and changes those that are known; nothing is ever removed, and keys stay.

    Units are written some twenty at a time. Ended halfway, the next import of the same table does the rest. Raises
    `AlreadySealed`, and `TooLate` where others keep changing the same units.
    """
    if campaign.phase is Phase.SEALED:
        raise AlreadySealed("sealed_units", campaign=campaign.id)
    keys: dict[str, str] = {}
    decisions: list[UnitDecision] = []

    def decide_units(some: Sequence[UnitRow]) -> UnitDecision:
        known, reachable, codes = (
            units.of_campaign(campaign.id),
            contacts.of_campaign(campaign.id),
            other_codes(campaign.id),
        )
        meant = [replace(row, code=codes.get(row.code, row.code)) if row.code else row for row in some]
        decisions.append(decide(campaign.id, meant, known, reachable))
        return decisions[-1]

    def write(some: Sequence[UnitChange]) -> None:
        fresh = {change.after.code: new_key() for change in some if change.before is None}
        write_together([_registration(change, fresh, now_ms, who) for change in some if change.is_new_to_us])
        keys.update(fresh)

    sheet = read_units(rows, questionnaires.regions(), answers)
    imported = import_table(sheet, decide_units, write, MOST_TOGETHER, lang, dry_run=dry_run)
    namesakes = [{"row": row, "codes": code} for row, code in decisions[0].namesakes]
    notes = [said("imports", lang, "namesake", figures) for figures in namesakes]
    notes += [said("imports", lang, "other_year", one) for one in _other_years(sheet, campaign)]
    shown = [_shown(change) for change in decisions[0].changes]
    return replace(imported, notes=[*imported.notes, *notes], keys=keys, units=shown)


def _other_years(sheet: ReadTable[UnitRow], campaign: Campaign) -> Iterator[dict[str, object]]:
    """Headings that name another year than the campaign's: last year's form, maybe filled in anew, maybe not."""
    year = shanghai(campaign.opens_at).year
    for column in sheet.columns:
        meant = year - 1 if column.field == "last_year" else year
        for named in re.findall(r"20\d\d(?=年)", column.heading) if column.field in sheet.form.numbers else ():
            if int(named) != meant:
                yield {"heading": column.heading, "year": named, "campaign": year}


def _shown(change: UnitChange) -> dict[str, object]:
    """A unit as it would be imported."""
    unit, contact = change.after, change.contact
    reached = contact and {"name": contact.name, "phones": phones(contact.phone), "email": contact.email}
    known = unit.model_dump(include={"name", "province", "city", "plan", "links_wanted", "last_year"})
    return known | {"contact": reached or {"name": None, "phones": [], "email": None}}


def _registration(change: UnitChange, keys: Mapping[str, str], now_ms: int, who: str) -> Registration:
    before, unit = change.before, change.after
    action = "unit.create" if before is None else "unit.change"
    seen = {"before": view(before, change.contact_before)} if before else {}
    entry = audit.entry(unit.campaign, now_ms, who, action, unit.code, **seen, after=view(change.after, change.contact))
    hashed = None if before else key_hash(keys[unit.code])
    return Registration(before, unit, entry, change.contact_before, change.contact, hashed)
