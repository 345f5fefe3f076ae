"""What every question type's codec has in common.

A codec is compiled from its question once. `encode` takes any JSON value and gives JSON text, or raises Wrong where the
value doesn't fit; types are strict: `true` is not 1, `"7"` and `7.0` are not 7.
"""

from collections.abc import Sequence
from typing import Any, TypeAlias

NULL = "null"  # packed: not answered
Fault: TypeAlias = tuple[str, str, dict[str, int]]  # row ("" for the whole answer), reason, its figures


class Wrong(Exception):
    """An answer doesn't fit; `faults` says where and what was expected."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(faults)
        self.faults = faults


def wrong(reason: str, **figures: int) -> Wrong:
    """The answer as a whole is wrong; the reason is a key of `texts/answers`."""
    return Wrong(("", reason, figures))


class Codec:
    """One question's answers."""

    suffixes: Sequence[str] = ("",)  # of its columns in an export: "" for one, ".row" for each row of a matrix

    def encode(self, value: object) -> str:
        """Pack an answer into JSON text, NULL where it amounts to not answered. Raises Wrong."""
        raise NotImplementedError  # each type has its own

    def decode(self, packed: Any) -> object:
        """The answer in canonical form, from the JSON value that `encode` gave the text of."""
        return packed

    def cells(self, answer: Any) -> list[str]:
        """One text for each column, from an answer in canonical form."""
        return [str(answer)]
