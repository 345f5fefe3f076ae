"""Units' codes: letters of their place and a number (`GD01`): no spreadsheet takes one for a date or a number."""

import re
from collections.abc import Iterable

from chalicelib.associations.domain.places import LETTERS


class UnitCodes:
    """The codes that are taken, and the next free one of each place."""

    def __init__(self, taken: Iterable[str]) -> None:
        self._last: dict[str, int] = {}
        for code in taken:
            if numbered := re.fullmatch(r"([A-Z]{2})(\d{2,9})", code):
                self._last[numbered[1]] = max(self._last.get(numbered[1], 0), int(numbered[2]))

    def next_of(self, place: str) -> str:
        """`GD01`, or three digits from 100 on."""
        letters = LETTERS.get(place, "XX")
        self._last[letters] = self._last.get(letters, 0) + 1
        return f"{letters}{self._last[letters]:02d}"
