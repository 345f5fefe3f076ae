"""What all imports of tables share: their report, and writing in groups while others may be writing too."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from chalicelib.associations.domain.spreadsheet import Sheet
from chalicelib.associations.domain.table import Change, Column, Decision, Mark, Question, ReadTable, Rejection, Skipped
from chalicelib.kernel.errors import TooLate
from chalicelib.kernel.store.dynamodb import ConditionFailed
from chalicelib.kernel.texts import said

R = TypeVar("R")
C = TypeVar("C", bound=Change[Any, Any])
_TRIES = 20
"""Each failure means that somebody else got on."""


@dataclass(slots=True)
class Imported:
    """What an import did, or on a dry run would do."""

    created: int = 0
    updated: int = 0
    """Known records that the table names, whether or not it says anything new of them."""
    rejected: list[dict[str, object]] = field(default_factory=list)
    """`{"row", "column", "detail"}`; where there is any, nothing was imported."""
    taken: list[Column] = field(default_factory=list)
    """The columns, each with what it was taken for."""
    skipped: list[dict[str, object]] = field(default_factory=list)
    """`{"sheet", "row", "column", "detail"}`: what else isn't imported, or was filled in."""
    questions: list[dict[str, object]] = field(default_factory=list)
    """`{"row", "column", "value", "suggestion", "detail"}`; where there is any, nothing was imported."""
    asks: list[str] = field(default_factory=list)
    """For each question where its answer belongs: `cell-<row>-<column>`, `row-<row>`, `sheet`."""
    mends: list[tuple[str, str]] = field(default_factory=list)
    """For each of `rejected` where its right value belongs, `mend-<row>-<column>`, and what stands there; nothing where
    the whole column is missing."""
    units: list[dict[str, object]] = field(default_factory=list)
    """The units that are, or would be, imported."""
    marks: list[Mark] = field(default_factory=list)
    """What is rejected or asked, where it stands."""
    sheet: Sheet | None = None
    """The one that was read."""
    heading_row: int | None = None
    """The row of the headings; None where none was found."""
    understood: str = ""
    """Where in the file the table is, and how a text was taken apart; empty where none was found."""
    notes: list[str] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    """The keys of new units by their codes, shown this once; none on a dry run."""

    @property
    def columns(self) -> list[dict[str, object]]:
        """`{"heading", "field", "sample"}`, as programs are told of them."""
        return [{"heading": one.heading, "field": one.field, "sample": [*one.sample]} for one in self.taken]


def import_table(
    sheet: ReadTable[R],
    decide: Callable[[Sequence[R]], Decision[C]],
    write: Callable[[Sequence[C]], None],
    size: int,
    lang: str,
    *,
    dry_run: bool,
) -> Imported:
    """Has what a table says decided and, unless something is wrong or it is a dry run, written `size` at a time.

    Where somebody else was quicker, what is left is decided anew. Raises `TooLate` where that never ends.
    """
    decision, over = decide(sheet.rows), ", ".join(sheet.passed_over)
    notes = [said("imports", lang, "passed_over", {"names": over})] if over else []
    wrong = sorted([*sheet.rejections, *decision.rejections], key=lambda rejection: rejection.row)
    understood = Imported(
        rejected=[_told(sheet, one, lang) for one in wrong],
        taken=sheet.columns,
        skipped=[_aside(one, lang) for one in sheet.skipped],
        questions=[_asked(sheet, one, lang) for one in sheet.questions],
        asks=[f"row-{one.row}" if one.reason == "hidden" else f"cell-{one.row}-{one.place}" for one in sheet.questions],
        mends=[*_mends(sheet, wrong)],
        marks=[*_marks(sheet, wrong, lang)],
        heading_row=sheet.heading_row,
        notes=notes,
    )
    if wrong or sheet.questions:
        return understood
    if not dry_run:
        _write_in_groups(decision.changes, size, write, decide)
    fresh = sum(change.before is None for change in decision.changes)
    return replace(understood, created=fresh, updated=len(decision.changes) - fresh)


def _marks(sheet: ReadTable[Any], wrong: Sequence[Rejection], lang: str) -> Iterator[Mark]:
    """A column that is missing is told of at the first of its row."""
    for rejection in wrong:
        told = _told(sheet, rejection, lang)
        yield Mark(rejection.row, sheet.places.get(rejection.column, 0), f"{told['column']}: {told['detail']}")
    for question in sheet.questions:
        yield Mark(question.row, question.place, str(_asked(sheet, question, lang)["detail"]))


def _mends(sheet: ReadTable[Any], wrong: Sequence[Rejection]) -> Iterator[tuple[str, str]]:
    rows = {row.number: row for row in sheet.below}
    for one in wrong:
        place, row = sheet.places.get(one.column), rows.get(one.row)
        yield ("", "") if place is None or row is None else (f"mend-{one.row}-{place}", row.at(place).text)


def _aside(one: Skipped, lang: str) -> dict[str, object]:
    detail = said("imports", lang, f"skipped_{one.reason}", one.figures)
    return {"sheet": "", "row": one.row, "column": one.column, "detail": detail}


def _asked(sheet: ReadTable[Any], one: Question, lang: str) -> dict[str, object]:
    detail = said("imports", lang, f"asked_{one.reason}", {"value": one.value, "suggestion": one.suggestion})
    column = sheet.heading(one.column, lang)
    return {"row": one.row, "column": column, "value": one.value, "suggestion": one.suggestion, "detail": detail}


def _told(sheet: ReadTable[Any], rejection: Rejection, lang: str) -> dict[str, object]:
    detail = said("imports", lang, rejection.reason, rejection.figures)
    return {"row": rejection.row, "column": sheet.heading(rejection.column, lang), "detail": detail}


def _write_in_groups(
    changes: Sequence[C],
    size: int,
    write: Callable[[Sequence[C]], None],
    decide: Callable[[Sequence[Any]], Decision[C]],
) -> None:
    pending, tries = list(changes), _TRIES
    while pending:
        try:
            write(pending[:size])
        except ConditionFailed:
            tries -= 1
            anew = decide([change.row for change in pending])
            if anew.rejections or not tries:
                raise TooLate("import_overtaken") from None
            pending = anew.changes
        else:
            pending = pending[size:]
