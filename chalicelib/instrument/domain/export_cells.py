"""What a packed answer looks like in an export: one masked text for each of its question's columns."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from chalicelib.instrument.domain.answer_codec import Codec
from chalicelib.instrument.domain.masking import masked

_REMEMBERED = 4096
"""Values of a question whose cells are kept: 12 options give as many masks."""


def cells_of(codec: Codec) -> Callable[[Any], Sequence[str]]:
    """How a codec's packed values are written out. All but texts are few, so that their cells are made once."""

    def write(packed: Any) -> Sequence[str]:
        return tuple(map(masked, codec.cells(codec.decode(packed))))

    remembered = lru_cache(maxsize=_REMEMBERED)(write)

    def cells(packed: Any) -> Sequence[str]:
        if type(packed) is str:
            return write(packed)
        return remembered(tuple(packed) if type(packed) is list else packed)

    return cells
