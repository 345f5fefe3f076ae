"""The secretariat's tables: importing units (annex 1) and supporters (annex 2), and the templates to fill in."""

from collections.abc import Callable, Mapping
from typing import Any

from chalice.app import Request, Response

from chalicelib.access.domain.roles import Act
from chalicelib.access.usecases.authenticate import secretariat
from chalicelib.associations.domain.spreadsheet import Row
from chalicelib.associations.domain.supporter import Supporter
from chalicelib.associations.gateways import sheets
from chalicelib.associations.store import supporters
from chalicelib.associations.usecases.import_supporters import import_supporters
from chalicelib.associations.usecases.import_table import Imported
from chalicelib.associations.usecases.import_units import import_units
from chalicelib.associations.usecases.make_template import make_template
from chalicelib.kernel.errors import FieldError, RequestInvalid
from chalicelib.web.rim import caller
from chalicelib.web.rim.asked import asked_campaign, language
from chalicelib.web.rim.media import CSV, XLSX
from chalicelib.web.rim.problems import answered

IMPORTS: Mapping[str, Callable[..., Imported]] = {"units": import_units, "supporters": import_supporters}
"""What is done with each kind of table."""
_YES, _NO = {"1", "true", "yes"}, {"0", "false", "no", ""}


@answered
def post_units_import(request: Request) -> Response:
    """`POST /api/v1/units/import?dry_run=1`: all of the table, or nothing where anything in it is wrong."""
    imported = _import(request, "units")
    return caller.reply(_body(imported) | {"keys": imported.keys})


@answered
def post_supporters_import(request: Request) -> Response:
    """`POST /api/v1/supporters/import?dry_run=1`: all of the table, or nothing where anything in it is wrong."""
    return caller.reply(_body(_import(request, "supporters")))


@answered
def get_supporters(request: Request) -> Response:
    """`GET /api/v1/supporters`"""
    secretariat(caller.key(request), Act.LOOK)
    found = supporters.of_campaign(asked_campaign(request).id)
    return caller.reply({"supporters": [_supporter_body(supporter) for supporter in found]})


@answered
def get_template(request: Request, name: str) -> Response:
    """`GET /api/v1/templates/{name}`: `units.csv`, `units.xlsx`, `supporters.csv`, `supporters.xlsx`"""
    secretariat(caller.key(request), Act.LOOK)
    headers: dict[str, str | list[str]] = {
        "Content-Type": CSV if name.endswith(".csv") else XLSX,
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
    return Response(make_template(name, language(request)), headers)


def _import(request: Request, table: str) -> Imported:
    member = secretariat(caller.key(request), Act.UNITS)
    dry_run = _is_dry_run(request)
    lang, rows, at_ms = language(request), _rows(request), caller.arrived_ms(request)
    return IMPORTS[table](asked_campaign(request), rows, at_ms, member.who, lang, dry_run=dry_run)


def _body(imported: Imported) -> dict[str, Any]:
    return {
        "created": imported.created,
        "updated": imported.updated,
        "rejected": imported.rejected,
        "notes": imported.notes,
    }


def _supporter_body(supporter: Supporter) -> dict[str, Any]:
    return supporter.model_dump(mode="json", exclude={"campaign"})


def _rows(request: Request) -> list[Row]:
    return sheets.read_sheet(caller.body(request, sheets.MOST_BYTES))


def _is_dry_run(request: Request) -> bool:
    asked = (caller.query(request, "dry_run") or "").lower()
    if asked not in _YES | _NO:
        raise RequestInvalid([FieldError("/dry_run", "dry_run")])
    return asked in _YES
