"""Codecs of answers that choose from a list: options, and divisions of the region table."""

from typing import Any

from chalicelib.instrument.domain.answer_codec import Codec, wrong
from chalicelib.instrument.domain.question import Cascade, Multiple, Single
from chalicelib.instrument.domain.regions import Regions


class OneChoice(Codec):
    """`single` and `cascade`: packed as the index of the leaf chosen."""

    def __init__(self, question: Single | Cascade) -> None:
        self._ids = tuple(leaf.id for leaf in question.leaves())
        self._index = {leaf: str(index) for index, leaf in enumerate(self._ids)}

    def encode(self, value: object) -> str:
        if type(value) is not str:
            raise wrong("option_type")
        index = self._index.get(value)
        if index is None:
            raise wrong("option_unknown")
        return index

    def decode(self, packed: Any) -> object:
        return self._ids[packed]


class SomeChoices(Codec):
    """`multiple`: packed as a mask whose bit 0 is the first option, so that the order of choosing is no matter."""

    def __init__(self, question: Multiple) -> None:
        self._bits = {option.id: 1 << index for index, option in enumerate(question.options)}
        self._exclusive = sum(self._bits[option.id] for option in question.options if option.exclusive)
        self._limit = question.max_choices or len(self._bits)

    def encode(self, value: object) -> str:
        if type(value) is not list:
            raise wrong("options_type")
        mask = 0
        for item in value:
            if type(item) is not str:
                raise wrong("options_type")
            bit = self._bits.get(item)
            if bit is None:
                raise wrong("option_unknown")
            if mask & bit:
                raise wrong("option_repeated")
            mask |= bit
        if not 1 <= len(value) <= self._limit:
            raise wrong("options_count", n=self._limit)
        if mask & self._exclusive and len(value) > 1:
            raise wrong("option_exclusive")
        return str(mask)

    def decode(self, packed: Any) -> object:
        return [option for option, bit in self._bits.items() if packed & bit]

    def cells(self, answer: Any) -> list[str]:
        return [";".join(answer)]


class OneDivision(Codec):
    """`region`: the code of a county, or of a division without counties, packed as a number."""

    def __init__(self, regions: Regions) -> None:
        self._codes = regions.leaves

    def encode(self, value: object) -> str:
        if type(value) is not str:
            raise wrong("region_type")
        if value not in self._codes:
            raise wrong("region_unknown")
        return value

    def decode(self, packed: Any) -> object:
        return str(packed)
