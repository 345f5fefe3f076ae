"""The secretariat's tables: importing units (annex 1) and supporters (annex 2), and the templates to fill in."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.associations.domain.spreadsheet import Answers
from chalicelib.associations.gateways import sheets
from chalicelib.associations.store import supporters
from chalicelib.associations.usecases.import_supporters import import_supporters
from chalicelib.associations.usecases.import_table import Imported
from chalicelib.associations.usecases.import_units import import_units
from chalicelib.associations.usecases.make_template import form_of, make_template
from chalicelib.associations.usecases.pick_sheet import pick_sheet
from chalicelib.associations.usecases.recall_headings import learn, recall
from chalicelib.campaigns.campaign import Campaign
from chalicelib.kernel.errors import (
    AlreadySealed,
    FieldError,
    NotFound,
    RequestInvalid,
    TooLate,
)
from chalicelib.web.rim import caller
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.media import CSV, WORKBOOKS, XLSX
from chalicelib.web.rim.operation import operation
from chalicelib.web.rim.replies import Reply, reply_of

IMPORTS: Mapping[str, Callable[..., Imported]] = {"units": import_units, "supporters": import_supporters}
"""What is done with each kind of table."""
_SHEETS = (CSV, *WORKBOOKS)
_NO_ANSWERS = Answers()
_YES, _NO = {"1", "true", "yes"}, {"0", "false", "no", ""}


class RejectedCell(Reply):
    """What is wrong in a table: the row as a spreadsheet numbers it, and the column as its heading calls it."""

    row: int
    column: str
    detail: str


class TakenColumn(Reply):
    """A column of the file, the field it was taken for (null: it is ignored), and its first values."""

    heading: str
    field: str | None
    sample: list[str]


class SkippedPart(Reply):
    """What isn't imported, or was filled in: a cell, a row where `column` is empty, or a whole sheet."""

    sheet: str
    row: int | None
    column: str | None
    detail: str


class UnclearPart(Reply):
    """What could mean two things: until it is clear in the file, nothing is imported."""

    row: int | None
    column: str | None
    value: str
    suggestion: str
    detail: str


class SupportersImportReply(Reply):
    """What an import did, or on a dry run would do; nothing at all where anything is rejected or asked.

    `updated` counts what is known and the table names.
    """

    created: int
    updated: int
    rejected: list[RejectedCell]
    columns: list[TakenColumn]
    skipped: list[SkippedPart]
    questions: list[UnclearPart]
    understood: str
    notes: list[str]


class UnderstoodContact(Reply):
    """Whom to reach at a unit."""

    name: str | None
    phones: list[str]
    email: str | None


class UnderstoodUnit(Reply):
    """A unit as the table says it."""

    name: str
    province: str
    city: str | None
    plan: int | None
    links_wanted: int | None
    last_year: int | None
    contact: UnderstoodContact


class ImportReply(SupportersImportReply):
    """Likewise of units: `keys` holds those of the new ones by code, this once; `units` are all that would be, or were,
    imported."""

    units: list[UnderstoodUnit]
    keys: dict[str, str]


class PrizeReply(Reply):
    """Prizes of one type."""

    name: str
    quantity: int


class SupporterReply(Reply):
    """A supporting unit; `unit` is the code of the unit that handed it in."""

    name: str
    kind: str
    unit: str | None
    supports: str | None
    prizes: list[PrizeReply]
    local_only: bool


class Supporters(Reply):
    """The supporting units."""

    supporters: list[SupporterReply]


@operation(
    "POST",
    "/api/v1/units/import",
    who=Act.UNITS,
    takes=_SHEETS,
    gives=ImportReply,
    refuses=(AlreadySealed, RequestInvalid, TooLate),
    query=("campaign", "dry_run", "lang", "sheet"),
    changes=True,
)
def post_units_import(call: Call) -> ImportReply:
    """Import units from a table, or say what is wrong with it.

    All of the table is imported, or nothing where anything in it is wrong.
    """
    return reply_of(ImportReply, _import(call, "units"))


@operation(
    "POST",
    "/api/v1/supporters/import",
    who=Act.UNITS,
    takes=_SHEETS,
    gives=SupportersImportReply,
    refuses=(AlreadySealed, RequestInvalid, TooLate),
    query=("campaign", "dry_run", "lang", "sheet"),
    changes=True,
)
def post_supporters_import(call: Call) -> SupportersImportReply:
    """Import supporting units from a table, or say what is wrong with it.

    All of the table is imported, or nothing where anything in it is wrong.
    """
    return reply_of(SupportersImportReply, _import(call, "supporters"))


@operation("GET", "/api/v1/supporters", who=Act.LOOK, gives=Supporters, query=("campaign",))
def get_supporters(call: Call) -> Supporters:
    """The supporting units."""
    found = [one.model_dump(mode="json", exclude={"campaign"}) for one in supporters.of_campaign(call.campaign.id)]
    return {"supporters": [reply_of(SupporterReply, one) for one in found]}


@operation("GET", "/api/v1/templates/{name}", who=Act.LOOK, gives=CSV, refuses=(NotFound,), query=("lang",))
def get_template(call: Call, name: str) -> Response:
    """An empty table to fill in and import: units.csv, units.xlsx, supporters.csv, supporters.xlsx."""
    return caller.file(make_template(name, call.language), CSV if name.endswith(".csv") else XLSX, name)


def _import(call: Call, table: str) -> Imported:
    dry_run, content = _is_dry_run(call), caller.body(call.request, sheets.MOST_BYTES)
    return import_file(
        table, content, call.campaign, call.arrived_ms, call.who, call.language, call.query("sheet"), dry_run=dry_run
    )


def import_file(
    table: str,
    content: bytes,
    campaign: Campaign,
    at_ms: int,
    who: str,
    lang: str,
    sheet: str | None = None,
    answers: Answers = _NO_ANSWERS,
    *,
    dry_run: bool,
) -> Imported:
    """Imports a file's table, or on a dry run says what would be. Raises as `IMPORTS` do, and `SheetUnreadable`."""
    picked = pick_sheet(sheets.read_sheets(content), form_of(table), sheet, lang)
    dry_run, answers = dry_run or bool(picked.questions), replace(answers, headings=recall(table))
    imported = IMPORTS[table](campaign, picked.sheet.rows, at_ms, who, lang, answers, dry_run=dry_run)
    if answers.columns and not (dry_run or imported.rejected or imported.questions):
        learn(table, imported.taken)
    return picked.told(imported, lang)


def _is_dry_run(call: Call) -> bool:
    asked = (call.query("dry_run") or "").lower()
    if asked not in _YES | _NO:
        raise RequestInvalid([FieldError("/dry_run", "dry_run")])
    return asked in _YES
