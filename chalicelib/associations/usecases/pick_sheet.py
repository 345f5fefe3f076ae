"""Which sheet of a file holds the table; what the others are is said, and where several hold one, it is asked."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chalicelib.associations.domain.headings import find_headings, upright
from chalicelib.associations.domain.spreadsheet import Row, Sheet
from chalicelib.associations.domain.table import Form
from chalicelib.associations.usecases.import_table import Imported
from chalicelib.kernel.texts import said


@dataclass(frozen=True, slots=True)
class Picked:
    """The rows of the sheet that is meant, and what is told of the others."""

    rows: tuple[Row, ...]
    skipped: list[dict[str, object]] = field(default_factory=list)
    questions: list[dict[str, object]] = field(default_factory=list)
    """Where there is one, nothing may be imported."""

    def told(self, imported: Imported) -> Imported:
        """An import with what is told of the sheets."""
        imported.skipped[:0] = self.skipped
        imported.questions[:0] = self.questions
        imported.asks[:0] = ["sheet"] * len(self.questions)
        if self.questions:
            imported.created = imported.updated = 0
        return imported


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
    if meant is not None or len(tables) < 2:
        return Picked(picked.rows, skipped)
    names = {"value": said("imports", lang, "comma", {}).join(one.name for one in tables)}
    detail = said("imports", lang, "asked_sheets", names)
    asked: dict[str, object] = {
        "row": None,
        "column": None,
        "value": names["value"],
        "suggestion": picked.name,
        "detail": detail,
    }
    return Picked(picked.rows, skipped, [asked])


def _why(sheet: Sheet) -> str:
    return "skipped_sheet_hidden" if sheet.hidden else "skipped_sheet"
