"""What one answer of each question type must look like, and how it is packed into a small JSON value.

A codec is compiled from its question once. `encode` takes any JSON value and raises Wrong where it doesn't
fit; types are strict: `true` is not 1, `"7"` and `7.0` are not 7. `decode` is its inverse for what `encode`
gave.
"""

import re
from collections.abc import Sequence
from typing import Protocol, TypeAlias

from chalicelib.domain.question import (
    Cascade,
    FreeText,
    Matrix,
    Multiple,
    Question,
    Rating,
    Region,
    Scale,
    Single,
)
from chalicelib.domain.regions import Regions

Packed: TypeAlias = int | str | list[int]
Fault: TypeAlias = tuple[
    str, str, dict[str, object]
]  # row ("" for the whole answer), message key, its figures


class Wrong(Exception):  # noqa: N818 (an answer that is wrong, not a failure of ours)
    """An answer doesn't fit; `faults` says where and what was expected."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(faults)
        self.faults = faults


class Codec(Protocol):
    """One question's answers."""

    @property
    def suffixes(self) -> Sequence[str]:
        """Of its columns in an export: "" for one, ".row" for each row of a matrix."""

    def encode(self, value: object) -> Packed | None:
        """Pack an answer; None where it amounts to not answered. Raises Wrong."""

    def decode(self, packed: Packed) -> object:
        """The answer in its canonical form."""

    def cells(self, answer: object) -> list[str]:
        """One text for each of the columns."""


class Choice:
    """`single` and `cascade`: the chosen leaf, packed as its index."""

    suffixes = ("",)

    def __init__(self, question: Single | Cascade) -> None:
        self._ids = [leaf.id for leaf in question.leaves()]
        self._index = {leaf: index for index, leaf in enumerate(self._ids)}

    def encode(self, value: object) -> Packed:
        if type(value) is not str:
            raise Wrong(("", "option_type", {}))
        index = self._index.get(value)
        if index is None:
            raise Wrong(("", "option_unknown", {}))
        return index

    def decode(self, packed: Packed) -> object:
        return self._ids[packed]  # type: ignore[index]

    def cells(self, answer: object) -> list[str]:
        return [str(answer)]


class Several:
    """`multiple`: packed as a mask, the first option being bit 0: order makes no difference."""

    suffixes = ("",)

    def __init__(self, question: Multiple) -> None:
        self._ids = [option.id for option in question.options]
        self._bits = {option: 1 << index for index, option in enumerate(self._ids)}
        self._exclusive = sum(self._bits[option.id] for option in question.options if option.exclusive)
        self._limit = question.max_choices or len(self._ids)

    def encode(self, value: object) -> Packed:
        if type(value) is not list:
            raise Wrong(("", "options_type", {}))
        mask = 0
        for item in value:
            if type(item) is not str:
                raise Wrong(("", "options_type", {}))
            bit = self._bits.get(item)
            if bit is None:
                raise Wrong(("", "option_unknown", {}))
            if mask & bit:
                raise Wrong(("", "option_repeated", {}))
            mask |= bit
        if not 1 <= len(value) <= self._limit:
            raise Wrong(("", "options_count", {"n": self._limit}))
        if mask & self._exclusive and len(value) > 1:
            raise Wrong(("", "option_exclusive", {}))
        return mask

    def decode(self, packed: Packed) -> object:
        return [option for option, bit in self._bits.items() if packed & bit]  # type: ignore[operator]

    def cells(self, answer: object) -> list[str]:
        return [";".join(answer)]  # type: ignore[arg-type]


class Stars:
    """`rating`: a whole number of stars, packed as itself."""

    suffixes = ("",)

    def __init__(self, scale: Scale) -> None:
        self._low, self._high = scale.min, scale.max

    def encode(self, value: object) -> Packed:
        if type(value) is not int or not self._low <= value <= self._high:
            raise Wrong(("", "stars", {"min": self._low, "max": self._high}))
        return value

    def decode(self, packed: Packed) -> object:
        return packed

    def cells(self, answer: object) -> list[str]:
        return [str(answer)]


class StarRows:
    """`matrix`: stars for every row, packed as a list in the order of the rows."""

    def __init__(self, question: Matrix) -> None:
        self._rows = [row.id for row in question.rows]
        self._low, self._high = question.scale.min, question.scale.max
        self.suffixes = [f".{row}" for row in self._rows]

    def encode(self, value: object) -> Packed:
        if type(value) is not dict:
            raise Wrong(("", "rows_type", {}))
        low, high = self._low, self._high
        stars = []
        for row in self._rows:
            star = value.get(row)
            if type(star) is not int or not low <= star <= high:
                break
            stars.append(star)
        if len(stars) != len(self._rows) or len(value) != len(stars):
            raise Wrong(*self._faults(value))
        return stars

    def _faults(self, value: dict[object, object]) -> list[Fault]:
        figures: dict[str, object] = {"min": self._low, "max": self._high}
        faults: list[Fault] = []
        for row in self._rows:
            star = value.get(row)
            if row not in value:
                faults.append((row, "row_missing", figures))
            elif type(star) is not int or not self._low <= star <= self._high:
                faults.append((row, "stars", figures))
        faults += [(row, "row_unknown", {}) for row in sorted(map(str, value.keys() - set(self._rows)))]
        return faults

    def decode(self, packed: Packed) -> object:
        return dict(zip(self._rows, packed, strict=True))  # type: ignore[arg-type]

    def cells(self, answer: object) -> list[str]:
        return [str(answer[row]) for row in self._rows]  # type: ignore[index]


class Words:
    """`text`: line ends become \\n and blanks around it fall away; nothing but blanks is not answered.

    Control characters and halves of surrogate pairs are refused: UTF-8, CSV and XML can't carry them.
    """

    suffixes = ("",)
    _unfit = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")

    def __init__(self, question: FreeText) -> None:
        self._limit = question.max_length

    def encode(self, value: object) -> Packed | None:
        if type(value) is not str:
            raise Wrong(("", "text_type", {}))
        if self._unfit.search(value):
            raise Wrong(("", "text_characters", {}))
        text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
        if len(text) > self._limit:
            raise Wrong(("", "text_length", {"n": self._limit}))
        return text or None

    def decode(self, packed: Packed) -> object:
        return packed

    def cells(self, answer: object) -> list[str]:
        return [str(answer)]


class Division:
    """`region`: the code of a county, or of a division without counties; packed as a number."""

    suffixes = ("",)

    def __init__(self, regions: Regions) -> None:
        self._codes = {code: int(code) for code in regions.leaves}

    def encode(self, value: object) -> Packed:
        if type(value) is not str:
            raise Wrong(("", "region_type", {}))
        code = self._codes.get(value)
        if code is None:
            raise Wrong(("", "region_unknown", {}))
        return code

    def decode(self, packed: Packed) -> object:
        return str(packed)

    def cells(self, answer: object) -> list[str]:
        return [str(answer)]


def codec(question: Question, regions: Regions) -> Codec:
    """Compile the codec of a question."""
    match question:
        case Single() | Cascade():
            return Choice(question)
        case Multiple():
            return Several(question)
        case Rating():
            return Stars(question.scale)
        case Matrix():
            return StarRows(question)
        case FreeText():
            return Words(question)
        case Region():
            return Division(regions)
