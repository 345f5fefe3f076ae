"""`…/import`: units or supporters from a table. First a check that writes nothing; what was checked is then
imported."""

from base64 import b64decode, b64encode
from binascii import Error

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.associations.usecases.import_table import Imported
from chalicelib.associations.usecases.make_template import form_of
from chalicelib.kernel.errors import MalformedRequest, SheetUnreadable
from chalicelib.web.desk.visitor import Visitor, at_desk
from chalicelib.web.rim import caller
from chalicelib.web.secretariat.api.imports import IMPORTS, import_file


@at_desk("secretariat", Act.UNITS, look=Act.UNITS)
def import_desk(visitor: Visitor) -> Response:
    """`GET …/import?of=supporters`, `POST` (with `table_file` a check, with `checked` the import)"""
    if visitor.request.method != "POST":
        return _form(visitor, {})
    checked = visitor.one("checked")
    table = _decoded(checked) if checked else visitor.file("table_file")
    if not table:
        return _form(visitor, {"table_file": visitor.seen.language("d_wrong_table_file")})
    try:
        imported = _import(visitor, table, dry_run=not checked)
    except SheetUnreadable as unreadable:
        return _form(visitor, {"table_file": visitor.seen.language.why(unreadable.subject, unreadable)})
    stopped = bool(imported.rejected or imported.questions)
    done, copy = bool(checked) and not stopped, b64encode(table).decode()
    return _page(visitor, 422 if stopped else 200, imported=imported, done=done, checked=copy, wrong={})


def _form(visitor: Visitor, wrong: dict[str, str]) -> Response:
    return _page(visitor, 422 if wrong else 200, imported=None, done=False, wrong=wrong)


def _page(visitor: Visitor, status: int, **context: object) -> Response:
    of = _of(visitor)
    titles = {field.name: field.title(visitor.seen.language.tag) for field in form_of(of).fields}
    return visitor.page(
        "secretariat/import.html",
        status=status,
        of=of,
        kinds=tuple(IMPORTS),
        columns=[*titles.values()],
        titles=titles,
        **context,
    )


def _of(visitor: Visitor) -> str:
    """Which table is meant: that of units, unless the other is asked for."""
    asked = visitor.one("of") or caller.query(visitor.request, "of") or ""
    return asked if asked in IMPORTS else "units"


def _import(visitor: Visitor, table: bytes, *, dry_run: bool) -> Imported:
    lang, sheet = visitor.seen.language.tag, visitor.one("sheet") or None
    campaign, at_ms = visitor.campaign, visitor.at_ms
    return import_file(_of(visitor), table, campaign, at_ms, visitor.who, lang, sheet, dry_run=dry_run)


def _decoded(checked: str) -> bytes:
    try:
        return b64decode(checked, validate=True)
    except Error:
        raise MalformedRequest("checked_table") from None
