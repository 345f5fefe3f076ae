"""Which sheet of a file holds the table; what the others are is said, and where several hold one, it is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chalicelib.associations.domain.headings import find_headings, upright
from chalicelib.associations.domain.spreadsheet import MOST_COLUMNS, Sheet
from chalicelib.associations.domain.table import Form
from chalicelib.associations.usecases.import_table import Imported
from chalicelib.kernel.texts import said


@dataclass(frozen=True, slots=True)
class Picked:
    """The rows of the sheet that is meant, and what is told of the others."""

    sheet: Sheet
    skipped: list[dict[str, object]] = field(default_factory=list)
    questions: list[dict[str, object]] = field(default_factory=list)
    """Where there is one, nothing may be imported."""

    def told(self, imported: Imported, lang: str) -> Imported:
        """An import with what is told of the sheets."""
        imported.sheet = self.sheet
        imported.skipped[:0] = self.skipped
        imported.understood = self._understood(imported, lang)
        imported.questions[:0] = self.questions
        imported.asks[:0] = ["sheet"] * len(self.questions)
        if self.questions:
            imported.created = imported.updated = 0
        return imported

    def _understood(self, imported: Imported, lang: str) -> str:
        """Which sheet and row of headings were found, and of a text how it was taken apart."""
        if imported.heading_row is None:
            return ""
        separators = {"\t": "separator_tab", ",": "separator_comma", ";": "separator_semicolon", "|": "separator_bar"}
        figures = {"row": imported.heading_row, "sheet": self.sheet.name, "encoding": self.sheet.encoding}
        if not self.sheet.separator:
            return said("imports", lang, "understood_sheet", figures)
        separator = said("imports", lang, separators[self.sheet.separator], {})
        return said("imports", lang, "understood_text", figures | {"separator": separator})


def pick_sheet(sheets: Sequence[Sheet], form: Form, wanted: str | None, lang: str) -> Picked:
    """The sheet of this name, else the only visible one with a table, else the first."""
    tables = [one for one in sheets if not one.hidden and (find_headings(one.rows, form) or upright(one.rows, form))]
    meant = next((one for one in sheets if one.name == wanted), None)
    picked = meant or (tables or list(sheets))[0]
    skipped: list[dict[str, object]] = [
        {"sheet": one.name, "row": None, "column": None, "detail": said("imports", lang, _why(one), {})}
        for one in sheets
        if one is not picked
    ]
    if picked.beyond:
        beyond = said("imports", lang, "skipped_beyond", {"most": MOST_COLUMNS, "count": picked.beyond})
        skipped.append({"sheet": picked.name, "row": None, "column": None, "detail": beyond})
    if meant is not None or len(tables) < 2:
        return Picked(picked, skipped)
    names = {"value": said("imports", lang, "comma", {}).join(one.name for one in tables)}
    detail = said("imports", lang, "asked_sheets", names)
    asked: dict[str, object] = {
        "row": None,
        "column": None,
        "value": names["value"],
        "suggestion": picked.name,
        "detail": detail,
    }
    return Picked(picked, skipped, [asked])


def _why(sheet: Sheet) -> str:
    if sheet.unread:
        return "skipped_sheet_many"
    return "skipped_sheet_hidden" if sheet.hidden else "skipped_sheet"
