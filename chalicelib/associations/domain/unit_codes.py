"""Units' codes: letters of their place and a number (`GD01`): no spreadsheet takes one for a date or a number."""

import re
from collections.abc import Iterable

from chalicelib.associations.domain.places import LETTERS

_MONTH = re.compile(
    r"(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sept?(ember)?|oct(ober)?|nov(ember)?"
    r"|dec(ember)?)-?\d{1,4}",
    re.IGNORECASE,
)


def is_plain(code: str) -> bool:
    """Whether a spreadsheet leaves a code as it is: `11-01` and `MAR1` become dates there, `1E5` and `007` numbers."""
    return code[:1].isalpha() and _MONTH.fullmatch(code) is None


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
