"""What a kind of table holds, and what was found in one that people sent."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

from chalicelib.associations.domain.headings import plain
from chalicelib.associations.domain.spreadsheet import Row as SheetRow
from chalicelib.kernel.wording import words

R = TypeVar("R")
T = TypeVar("T")
C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class TableField:
    """One thing that a table may say of each record."""

    name: str
    called: tuple[str, str]
    """Its heading in Chinese and in English: in templates, and where the file doesn't name it."""
    headings: str
    """What else it may be headed, apart by spaces; a heading's own spaces, case and brackets don't count."""
    read: Callable[[str], object]
    """The value that a cell's text means. Raises `WrongCell` and `UnclearCell`."""
    bends: bool = False
    """Whether a spreadsheet may have bent it, as numbers, telephones and addresses: what is put right is told."""

    @property
    def known(self) -> set[str]:
        """All its headings, without what doesn't count."""
        return {plain(title) for title in self.called} | set(self.headings.split())

    def title(self, lang: str) -> str:
        """What the field is called."""
        return words({"zh-Hans": self.called[0], "en": self.called[1]}, lang)


@dataclass(frozen=True, slots=True)
class Form:
    """What a kind of table holds."""

    fields: tuple[TableField, ...]
    anchors: tuple[str, ...]
    """Fields that name the record: one of them is among the headings, and no record does without all of them."""
    needed: tuple[str, ...]
    """Columns that must be there, unless `spares` is."""
    spares: str | None = None
    meanings: Mapping[str, str] = field(default_factory=dict)
    """By field a pattern of what its headings mean where none is known exactly, the first that fits."""
    numbers: frozenset[str] = frozenset()
    """Fields that hold a number of each record: what is merged over several is asked about."""

    def field(self, name: str) -> TableField:
        """The field of this name."""
        return next(one for one in self.fields if one.name == name)

    def known(self, heading: str) -> str | None:
        """The field that is headed exactly like this, spaces, case and brackets apart."""
        words = plain(heading)
        return next((one.name for one in self.fields if words in one.known), None) if words else None


@dataclass(frozen=True, slots=True)
class Rejection:
    """One thing that is wrong, and where."""

    row: int
    column: str
    """The field whose column it is."""
    reason: str
    """A key of `texts/imports`."""
    figures: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change(Generic[R, T]):
    """What becomes of one row: something new (`before` is None), or another form of what is known."""

    row: R
    before: T | None
    after: T


@dataclass(slots=True)
class Decision(Generic[C]):
    """What an import does, unless something was rejected."""

    changes: list[C] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Skipped:
    """What isn't imported, and why not."""

    row: int
    column: str
    """Its heading; empty where it is a whole row."""
    reason: str
    """A key of `texts/imports`."""
    figures: Mapping[str, object] = field(default_factory=dict)


class Mark(NamedTuple):
    """What is said of a cell; rows from 1, columns from 0."""

    row: int
    place: int
    words: str


@dataclass(frozen=True, slots=True)
class Question:
    """What could mean two things; until somebody has answered, nothing is imported."""

    row: int
    place: int
    """Its column, from 0."""
    column: str
    """The field whose column it is."""
    value: str
    suggestion: str
    reason: str
    """A key of `texts/imports`."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file, and what it was taken for."""

    place: int
    """From 0."""
    heading: str
    field: str | None
    """None: it is ignored."""
    sample: tuple[str, ...]
    """Its first values."""
    guess: str | None = None
    """What it would have been taken for, had nobody ever said anything of it."""


@dataclass(slots=True)
class ReadTable(Generic[R]):
    """What a table says, and what of it can't be used."""

    form: Form
    rows: list[R] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    heading_row: int | None = None
    below: list[SheetRow] = field(default_factory=list)
    """The rows below the headings, as they were meant."""

    @property
    def passed_over(self) -> list[str]:
        """Headings of columns that aren't used."""
        return [column.heading for column in self.columns if column.field is None and column.heading]

    @property
    def places(self) -> dict[str | None, int]:
        """Where each field's column is, from 0."""
        return {column.field: column.place for column in self.columns}

    def heading(self, name: str, lang: str) -> str:
        """What a field's column is called: by the file's own heading where it has one."""
        known = next((column.heading for column in self.columns if column.field == name), "")
        return known or self.form.field(name).title(lang)
