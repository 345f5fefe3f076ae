"""What a cell's text means: a text, a number, one of several words. What is none of these is `WrongCell`, and why."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import TypeVar

T = TypeVar("T")

_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.0{1,2}|\.0{4,})?[份人个条张件]?")
_POWER = re.compile(r"(\d(?:\.\d+)?)e\+?(\d{1,2})", re.IGNORECASE)
"""What a spreadsheet makes of a long number."""
_UNCLEAR = re.compile(
    r"(?:约|大约|近|超)?(\d{1,3})\.(\d{3})(?:左右|以上|余|多)?[份人个条张件]?"
    r"|(?:约|大约|近|超)([\d,]{1,12})(?:左右|以上|余|多)?[份人个条张件]?|([\d,]{1,12})(?:左右|以上|余|多)[份人个条张件]?"
)
"""`5.000` may be five or five thousand; `约5000` may be more."""
_WAN = re.compile(r"(\d{1,4}(?:\.\d{1,4})?)万[份人个条张件]?")


class UnclearCell(Exception):
    """A cell that could mean two things; `suggestion` is the likelier."""

    def __init__(self, suggestion: str) -> None:
        super().__init__(suggestion)
        self.suggestion = suggestion


class WrongCell(Exception):
    """A cell that can't be used; `reason` is a key of `texts/imports`, `figures` go into it."""

    def __init__(self, reason: str, **figures: object) -> None:
        super().__init__(reason)
        self.reason, self.figures = reason, figures


def text(most: int) -> Callable[[str], str]:
    """As it was written, of at most so many characters."""

    def read(typed: str) -> str:
        if len(typed) > most:
            raise WrongCell("long", most=most)
        return typed

    return read


def matching(reason: str, pattern: str, most: int) -> Callable[[str], str]:
    """What fits a pattern; full-width characters count as their usual forms."""

    def read(typed: str) -> str:
        # A spreadsheet's way to say that what begins with + is no formula.
        plain = unicodedata.normalize("NFKC", typed).removeprefix("'")
        if len(plain) > most or not re.fullmatch(pattern, plain):
            raise WrongCell(reason, most=most)
        return plain

    return read


def phone(pattern: str, most: int) -> Callable[[str], str]:
    """A telephone number, or several; one that a spreadsheet took for a number (`1.38E10`, `138….0`) is put right."""
    as_written = matching("phone", pattern, most)

    def read(typed: str) -> str:
        plain = unicodedata.normalize("NFKC", typed).strip()
        if found := _POWER.fullmatch(plain):
            if len(found[1].partition(".")[2]) < int(found[2]):  # its last digits are lost
                raise WrongCell("phone", most=most)
            plain = str(int(Decimal(found[1]).scaleb(int(found[2]))))
        return as_written(re.sub(r"^(\d{7,})\.0+$", r"\1", plain))

    return read


def email(pattern: str, most: int) -> Callable[[str], str]:
    """A mail address, without `mailto:`."""
    as_written = matching("email", pattern, most)
    return lambda typed: as_written(re.sub(r"^mailto:\s*", "", typed, flags=re.IGNORECASE))


def number(least: int, most: int) -> Callable[[str], int]:
    """A whole number as people write it: `5000`, `5,000`, `５０００份`, `1.2万`, or as a spreadsheet does: `1E+04`.

    Raises `UnclearCell` for `5.000` and `约5000`.
    """

    def read(typed: str) -> int:
        value = _whole(unicodedata.normalize("NFKC", typed).replace(" ", ""))
        if not least <= value <= most:
            raise WrongCell("number", least=least, most=most)
        return value

    return read


def is_bent(typed: str, value: object) -> bool:
    """Whether a number, a telephone or an address was written otherwise than usual: `1.2万`, `1.38E10`, `mailto:…`."""
    plain = "".join(unicodedata.normalize("NFKC", typed).removeprefix("'").split())
    if isinstance(value, int):
        plain = re.sub(r"[,份人个条张件]", "", plain)
    return value is not None and plain != "".join(str(value).split())


def _whole(plain: str) -> int:
    """The number in a text; -1 where there is none. Raises `UnclearCell`."""
    if found := _NUMBER.fullmatch(plain):
        return int(found[1].replace(",", ""))
    for pattern, times in ((_WAN, 4), (_POWER, None)):
        if found := pattern.fullmatch(plain):
            shifted = Decimal(found[1]).scaleb(times if times is not None else int(found[2]))
            return int(shifted) if shifted == shifted.to_integral_value() else -1
    if found := _UNCLEAR.fullmatch(plain):
        raise UnclearCell((found[3] or found[4] or f"{found[1]}{found[2]}").replace(",", ""))
    return -1


def several(one: Callable[[str], T], most: int) -> Callable[[str], tuple[T, ...]]:
    """What is between semicolons or enumeration commas, read one by one."""

    def read(typed: str) -> tuple[T, ...]:
        parts = [part.strip() for part in re.split(r"[;；、，]", typed)]
        found = tuple(one(part) for part in parts if part)
        if len(found) > most:
            raise WrongCell("many", most=most)
        return found

    return read


def choice(reason: str, meanings: Mapping[str, T]) -> Callable[[str], T]:
    """One of several words; `meanings` are all ways to write them, in lower case, and what they mean."""

    def read(typed: str) -> T:
        plain = "".join(unicodedata.normalize("NFKC", typed).casefold().split())
        if plain not in meanings:
            raise WrongCell(reason)
        return meanings[plain]

    return read
