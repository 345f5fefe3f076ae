"""`/secretariat/import`: units from a table. First a check that writes nothing; what was checked is then imported."""

from base64 import b64decode, b64encode
from binascii import Error

from chalice.app import Response

from chalicelib.domain.errors import MalformedRequest, SheetUnreadable
from chalicelib.domain.import_messages import message
from chalicelib.domain.roles import Act
from chalicelib.gateways import sheets
from chalicelib.usecases.import_units import Imported, import_units
from chalicelib.usecases.set_campaign import current
from chalicelib.web.desks.upload import content_of
from chalicelib.web.desks.visitor import Visitor, at_desk

FORM = "multipart/form-data"


@at_desk("secretariat", "../", Act.UNITS, look=Act.UNITS)
def import_desk(visitor: Visitor) -> Response:
    """`GET /secretariat/import`, `POST /secretariat/import` (with `table_file` a check, with `checked` the import)"""
    if visitor.request.method != "POST":
        return _form(visitor, {})
    checked = visitor.one("checked")
    table = _decoded(checked) if checked else content_of(visitor.fields.get("table_file", [""])[-1])
    if not table:
        return _form(visitor, {"table_file": visitor.seen.language("d_wrong_table_file")})
    try:
        imported = _import(visitor, table, dry_run=not checked)
    except SheetUnreadable as unreadable:
        return _form(visitor, {"table_file": message(unreadable.reason, visitor.seen.language.tag, unreadable.figures)})
    return visitor.page(
        "import.html",
        status=422 if imported.rejected else 200,
        imported=imported,
        done=bool(checked) and not imported.rejected,
        checked=b64encode(table).decode(),
        wrong={},
    )


def _form(visitor: Visitor, wrong: dict[str, str]) -> Response:
    return visitor.page("import.html", status=422 if wrong else 200, imported=None, done=False, wrong=wrong)


def _import(visitor: Visitor, table: bytes, *, dry_run: bool) -> Imported:
    rows, lang = sheets.read_sheet(table), visitor.seen.language.tag
    return import_units(current(visitor.at_ms), rows, visitor.at_ms, visitor.who, lang, dry_run=dry_run)


def _decoded(checked: str) -> bytes:
    try:
        return b64decode(checked, validate=True)
    except Error:
        raise MalformedRequest("the table that was checked came back damaged") from None
