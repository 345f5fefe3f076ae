"""The secretariat's import of units: `POST /api/v1/units/import`."""

from chalice.app import Request, Response

from chalicelib.domain.errors import FieldError, MalformedRequest, RequestInvalid, SheetUnreadable
from chalicelib.domain.import_messages import message
from chalicelib.domain.roles import Act
from chalicelib.domain.sheet import Row
from chalicelib.gateways import sheets
from chalicelib.usecases.authenticate import secretariat
from chalicelib.usecases.import_units import import_units
from chalicelib.web import caller
from chalicelib.web.netizen import language
from chalicelib.web.problems import answered
from chalicelib.web.secretariat import asked_campaign

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_YES, _NO = {"1", "true", "yes"}, {"0", "false", "no", ""}


@answered
def post_units_import(request: Request) -> Response:
    """`POST /api/v1/units/import?dry_run=1`: all of the table, or nothing where anything in it is wrong."""
    member = secretariat(caller.key(request), Act.UNITS)
    dry_run = _is_dry_run(request)
    lang, rows = language(request), _rows(request)
    imported = import_units(
        asked_campaign(request), rows, caller.arrived_ms(request), member.who, lang, dry_run=dry_run
    )
    body = {
        "created": imported.created,
        "updated": imported.updated,
        "rejected": imported.rejected,
        "notes": imported.notes,
        "keys": imported.keys,
    }
    return caller.reply(body)


def _rows(request: Request) -> list[Row]:
    content = caller.body(request, sheets.MOST_BYTES)
    try:
        return sheets.read_sheet(content)
    except SheetUnreadable as unreadable:
        raise MalformedRequest(message(unreadable.reason, language(request), unreadable.figures)) from None


def _is_dry_run(request: Request) -> bool:
    asked = (caller.query(request, "dry_run") or "").lower()
    if asked not in _YES | _NO:
        raise RequestInvalid([FieldError("/dry_run", "must be 1 or 0")])
    return asked in _YES
