"""What a cell's text means: a text, a number, one of several words. What is none of these is `WrongCell`, and why."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import TypeVar

T = TypeVar("T")

_NUMBER = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.0+)?[份人个条张件]?")


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


def number(least: int, most: int) -> Callable[[str], int]:
    """A whole number as people write it: `5000`, `5,000`, `５０００份`."""

    def read(typed: str) -> int:
        found = _NUMBER.fullmatch(unicodedata.normalize("NFKC", typed))
        value = int(found[1].replace(",", "")) if found else -1
        if not least <= value <= most:
            raise WrongCell("number", least=least, most=most)
        return value

    return read


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
