"""What all imports of tables share: their report, and writing in groups while others may be writing too."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from chalicelib.associations.domain.table import Rejection, Sheet
from chalicelib.kernel.errors import TooLate
from chalicelib.kernel.store.dynamodb import ConditionFailed
from chalicelib.kernel.texts import said

C = TypeVar("C")
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
    notes: list[str] = field(default_factory=list)
    keys: dict[str, str] = field(default_factory=dict)
    """The keys of new units by their codes, shown this once; none on a dry run."""


def reported(sheet: Sheet[Any], rejections: Sequence[Rejection], changes: Sequence[bool], lang: str) -> Imported:
    """The report: what is wrong by rows, else how many of the `changes` are new (True) and known."""
    wrong = sorted([*sheet.rejections, *rejections], key=lambda rejection: rejection.row)
    over = ", ".join(sheet.passed_over)
    notes = [said("imports", lang, "passed_over", {"names": over})] if over else []
    if wrong:
        return Imported(rejected=[told(sheet, rejection, lang) for rejection in wrong], notes=notes)
    return Imported(sum(changes), len(changes) - sum(changes), notes=notes)


def told(sheet: Sheet[Any], rejection: Rejection, lang: str) -> dict[str, object]:
    """A rejection as it is shown."""
    detail = said("imports", lang, rejection.reason, rejection.figures)
    return {"row": rejection.row, "column": sheet.heading(rejection, lang), "detail": detail}


def write_in_groups(
    changes: Sequence[C],
    size: int,
    write: Callable[[Sequence[C]], None],
    again: Callable[[Sequence[C]], list[C] | None],
) -> None:
    """Writes changes `size` at a time, and has those that are left decided `again` where somebody else was quicker.

    Raises `TooLate` where that never ends, or the rest can't be decided any more (None).
    """
    pending, tries = list(changes), _TRIES
    while pending:
        try:
            write(pending[:size])
        except ConditionFailed:
            tries -= 1
            anew = again(pending) if tries else None
            if anew is None:
                raise TooLate("import_overtaken") from None
            pending = anew
            continue
        pending = pending[size:]
