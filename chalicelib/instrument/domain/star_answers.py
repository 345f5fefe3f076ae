"""Codecs of answers that give stars."""

from typing import Any

from chalicelib.instrument.domain.answer_codec import Codec, Fault, Wrong, wrong
from chalicelib.instrument.domain.question import Matrix, Rating, Scale


class _Stars(Codec):
    """The scale, as a table from whole stars to their text."""

    def __init__(self, scale: Scale) -> None:
        self._texts = {star: str(star) for star in range(scale.min, scale.max + 1)}
        self._figures = {"min": scale.min, "max": scale.max}

    def _fits(self, star: object) -> bool:
        return type(star) is int and star in self._texts


class OneRating(_Stars):
    """`rating`: packed as the number of stars."""

    def __init__(self, question: Rating) -> None:
        super().__init__(question.scale)

    def encode(self, value: object) -> str:
        if type(value) is not int or value not in self._texts:
            raise wrong("whole_number", **self._figures)
        return self._texts[value]


class RowsOfStars(_Stars):
    """`matrix`: stars for every row, packed as a list in the order of the rows."""

    def __init__(self, question: Matrix) -> None:
        super().__init__(question.scale)
        self._rows = [row.id for row in question.rows]
        self.suffixes = [f".{row}" for row in self._rows]

    def encode(self, value: object) -> str:
        if type(value) is not dict:
            raise wrong("rows_type")
        texts = []
        for row in self._rows:
            star = value.get(row)
            if type(star) is not int or star not in self._texts:
                break
            texts.append(self._texts[star])
        if not len(texts) == len(self._rows) == len(value):
            raise Wrong(*self._faults(value))
        return f"[{','.join(texts)}]"

    def _faults(self, value: dict[Any, object]) -> list[Fault]:
        faults: list[Fault] = []
        for row in self._rows:
            if row not in value:
                faults.append((row, "row_missing", self._figures))
            elif not self._fits(value[row]):
                faults.append((row, "whole_number", self._figures))
        strays = sorted(str(row) for row in value if row not in self._rows)
        return faults + [(row, "row_unknown", {}) for row in strays]

    def decode(self, packed: Any) -> object:
        return dict(zip(self._rows, packed, strict=True))

    def cells(self, answer: Any) -> list[str]:
        return [str(answer[row]) for row in self._rows]
