"""`…/import`: units or supporters from a table. First a check that writes nothing; what was checked is then
imported."""

from base64 import b64decode, b64encode
from binascii import Error

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.associations.domain.spreadsheet import Answers
from chalicelib.associations.usecases.import_table import Imported
from chalicelib.associations.usecases.make_template import form_of
from chalicelib.kernel.errors import MalformedRequest, SheetUnreadable
from chalicelib.web.desk.visitor import Visitor, at_desk
from chalicelib.web.rim import caller
from chalicelib.web.secretariat.api.imports import IMPORTS, import_file

_SAID = {"column", "cell", "row", "sheet"}
"""With what the names of answers begin."""


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
        imported = _import(visitor, table, dry_run=not checked or visitor.one("act") == "answer")
    except SheetUnreadable as unreadable:
        return _form(visitor, {"table_file": visitor.seen.language.why(unreadable.subject, unreadable)})
    stopped = bool(imported.rejected or imported.questions)
    done, copy = bool(checked) and not stopped and visitor.one("act") != "answer", b64encode(table).decode()
    said = {name: visitor.one(name) for name in visitor.fields if name.partition("-")[0] in _SAID}
    return _page(visitor, 422 if stopped else 200, imported=imported, done=done, checked=copy, wrong={}, said=said)


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
    answers = _answers(visitor)
    return import_file(_of(visitor), table, campaign, at_ms, visitor.who, lang, sheet, answers, dry_run=dry_run)


def _answers(visitor: Visitor) -> Answers:
    """What stands at the questions and at the columns."""
    columns, cells, shown = dict[int, str](), dict[tuple[int, int], str](), dict[int, bool]()
    for name in visitor.fields:
        kind, _, place = name.partition("-")
        at, said = [int(part) for part in place.split("-") if part.isdecimal()], visitor.one(name)
        if kind == "column" and len(at) == 1:
            columns[at[0]] = said
        elif kind == "cell" and len(at) == 2 and said:
            cells[at[0], at[1]] = said
        elif kind == "row" and len(at) == 1 and said:
            shown[at[0]] = said == "yes"
    return Answers(columns, cells, shown)


def _decoded(checked: str) -> bytes:
    try:
        return b64decode(checked, validate=True)
    except Error:
        raise MalformedRequest("checked_table") from None
