"""Which row of a table holds its headings, and what each heading means: as it is known, else by its meaning."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from chalicelib.associations.domain.spreadsheet import Cell, Row

_LOOKED_AT = 30
"""Headings are looked for in so many rows."""
_LEAST_LABELS = 3
"""So many known labels, one below the other with a value beside each, are a form of one record."""


class Headed(Protocol):
    """What of a form headings are held against, see `associations.domain.table.Form`."""

    @property
    def anchors(self) -> tuple[str, ...]: ...

    @property
    def meanings(self) -> Mapping[str, str]: ...

    def known(self, heading: str) -> str | None:
        """The field that is headed exactly like this, spaces, case and brackets apart."""
        ...


@dataclass(frozen=True, slots=True)
class Headings:
    """The row of headings, and by column which field each stands for."""

    row: Row
    fields: Mapping[int, str]
    twice: tuple[tuple[int, str], ...] = ()
    """Columns of a field that another column is headed exactly like, too."""

    @property
    def columns(self) -> dict[str, int]:
        """Where each field is."""
        return {name: column for column, name in self.fields.items()}


def find_headings(rows: Sequence[Row], form: Headed) -> Headings | None:
    """The row in which most columns are known, two at least, and one of them an anchor; the first of several."""
    found = [_matched(row, form) for row in rows[:_LOOKED_AT]]
    fit = [one for one in found if len(one.fields) > 1 and set(one.fields.values()) & set(form.anchors)]
    return max(fit, key=lambda one: len(one.fields), default=None)


def as_said(found: Headings, said: Mapping[int, str]) -> Headings:
    """The headings as a person says what columns are; empty: nothing that is used."""
    others = {column: name for column, name in found.fields.items() if column not in said}
    fields = {column: name for column, name in said.items() if name}
    kept = {column: name for column, name in others.items() if name not in fields.values()}
    twice = tuple((column, name) for column, name in found.twice if column not in said)
    return Headings(found.row, dict(sorted((kept | fields).items())), twice)


def recalled(found: Headings, known: Mapping[str, str], form: Headed) -> Headings:
    """The headings as people said earlier what columns are that are headed like this, unless they are known exactly."""
    cells = ((place, cell.text) for place, cell in enumerate(found.row.cells) if cell.text)
    said = {place: known[plain(text)] for place, text in cells if plain(text) in known and not form.known(text)}
    fit = {place: name for place, name in said.items() if list(said.values()).count(name) == 1 or not name}
    return as_said(found, fit)


def upright(rows: Sequence[Row], form: Headed) -> list[Row]:
    """A form of labels, each with its value beside it, as a table of one record; nothing where it isn't one."""
    pairs: list[tuple[Cell, Cell, int]] = []
    for row in rows[:_LOOKED_AT]:
        cells = [(place, cell) for place, cell in enumerate(row.cells) if cell.text or cell.flaw]
        for (place, label), (_, value) in pairwise(cells):
            if _field(label.text, form) and not _field(value.text, form) and place + 1 < len(row.cells):
                pairs.append((label, value, row.number))
    names = {_field(label.text, form) for label, _, _ in pairs}
    if len(names) < _LEAST_LABELS or not names & set(form.anchors):
        return []
    return [
        Row(pairs[0][2], tuple(label for label, _, _ in pairs)),
        Row(pairs[0][2] + 1, tuple(value for _, value, _ in pairs)),
    ]


def _matched(row: Row, form: Headed) -> Headings:
    fields, twice = dict[int, str](), []
    for column, cell in enumerate(row.cells):
        name = form.known(cell.text) if cell.text else None
        if name in fields.values():
            twice.append((column, str(name)))
        elif name:
            fields[column] = name
    taken = {column for column, _ in twice}
    for column, cell in enumerate(row.cells):
        if column not in fields and column not in taken and cell.text:
            meant = next((one for one in _meant(cell.text, form) if one not in fields.values()), None)
            if meant:
                fields[column] = meant
    return Headings(row, dict(sorted(fields.items())), tuple(twice))


def _field(heading: str, form: Headed) -> str | None:
    return form.known(heading) or next(_meant(heading, form), None)


def _meant(heading: str, form: Headed) -> Iterator[str]:
    words = plain(heading)
    if len(words) <= _LONGEST:
        yield from (name for name, pattern in form.meanings.items() if re.search(pattern, words))


_LONGEST = 30
"""What is longer is no heading but a sentence."""


def plain(heading: str) -> str:
    """A heading without what doesn't count: spaces, case, what is in brackets (`计划（份）`), colons and stars."""
    folded = unicodedata.normalize("NFKC", heading).casefold()
    return "".join(re.sub(r"\([^)]*\)|[:*]", "", folded).split())
