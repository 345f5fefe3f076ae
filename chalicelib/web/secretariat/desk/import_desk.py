"""`…/import`: units or supporters from a table. First a check that writes nothing; what was checked is then
imported."""

from base64 import b64decode, b64encode
from binascii import Error
from functools import partial

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.associations.domain.spreadsheet import Answers
from chalicelib.associations.gateways.bundles import SentFile, unpacked
from chalicelib.associations.gateways.marked import marked_file
from chalicelib.associations.usecases.import_table import Imported
from chalicelib.associations.usecases.make_template import form_of
from chalicelib.kernel.errors import MalformedRequest, SheetUnreadable
from chalicelib.web.desk.visitor import Visitor, at_desk
from chalicelib.web.rim import caller, media
from chalicelib.web.secretariat.api.imports import IMPORTS, import_file
from chalicelib.web.secretariat.desk.import_many import import_many

_TRIES = {"answer", "marked"}
"""Acts that import nothing."""
_SAID = {"column", "cell", "mend", "row", "sheet"}
"""With what the names of answers begin."""


@at_desk("secretariat", Act.UNITS, look=Act.UNITS)
def import_desk(visitor: Visitor) -> Response:
    """`GET …/import?of=supporters`, `POST` (with `table_file` a check, with `checked` the import, with
    `act` all that of many)"""
    if visitor.request.method != "POST":
        return _form(visitor, {})
    if visitor.one("act") == "all":
        sent = map(SentFile, visitor.fields.get("name", ()), map(_decoded, visitor.fields.get("file", ())))
        return import_many(visitor, _of(visitor), list(sent), partial(_import, visitor), dry_run=False)
    checked = visitor.one("checked")
    try:
        files = [] if checked else [one for name, sent in visitor.files("table_file") for one in unpacked(name, sent)]
        if len(files) > 1:
            return import_many(visitor, _of(visitor), files, partial(_import, visitor), dry_run=True)
        table = _decoded(checked) if checked else files[0].content if files else b""
        if not table:
            return _form(visitor, {"table_file": visitor.seen.language("d_wrong_table_file")})
        imported = _import(visitor, table, dry_run=not checked or visitor.one("act") in _TRIES)
    except SheetUnreadable as unreadable:
        return _form(visitor, {"table_file": visitor.seen.language.why(unreadable.subject, unreadable)})
    if visitor.one("act") == "marked" and imported.sheet:
        return caller.file(marked_file(imported.sheet, imported.marks), media.XLSX, f"{_of(visitor)}-marked.xlsx")
    stopped = bool(imported.rejected or imported.questions)
    done, copy = bool(checked) and not stopped and visitor.one("act") not in _TRIES, b64encode(table).decode()
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
        elif len(at) == 2 and (kind == "mend" or (kind == "cell" and said)):  # a wrong value may be taken out
            cells[at[0], at[1]] = said
        elif kind == "row" and len(at) == 1 and said:
            shown[at[0]] = said == "yes"
    return Answers(columns, cells, shown=shown)


def _decoded(checked: str) -> bytes:
    try:
        return b64decode(checked, validate=True)
    except Error:
        raise MalformedRequest("checked_table") from None
