"""Setting a line of text that may be Chinese, Latin or both into lines that fit."""

import unicodedata
from collections.abc import Callable, Sequence

_LATIN_EM = 0.62
"""A Latin letter's width, taken on the broad side: in which font a picture is shown isn't known."""


def printable(text: str) -> str:
    """The text without what can't be drawn, turns the direction of writing, or no XML may hold."""
    return "".join(character for character in " ".join(text.split()) if character.isprintable())


def ems(text: str) -> float:
    """About how wide a text is, in units of its font size, in whatever font."""
    return sum(1.0 if unicodedata.east_asian_width(one) in "WFA" else _LATIN_EM for one in text)


def wrapped(text: str, most: float, width: Callable[[str], float] = ems) -> list[str]:
    """The text in lines no wider than `most`: Chinese breaks anywhere, Latin at spaces unless a word is too long."""
    lines, rest = [], text.strip()
    while rest:
        end = _fitting(rest, most, width)
        if end < len(rest):
            space = rest.rfind(" ", 0, end + 1)
            end = space if space > 0 and _splits_word(rest, end) else end
        lines.append(rest[:end].strip())
        rest = rest[end:].strip()
    return lines


def balanced(text: str, most: float, width: Callable[[str], float] = ems) -> list[str]:
    """Like `wrapped`, in lines of about one length."""
    lines = wrapped(text, most, width)
    even = wrapped(text, min(most, width(text) / max(len(lines), 1) + 1), width)
    return even if len(even) == len(lines) else lines


def fitted(
    text: str, most: float, sizes: Sequence[float], lines: int, width: Callable[[str], float] = ems
) -> tuple[float, list[str]]:
    """The largest of the font sizes in which a text takes no more than so many lines, and these.

    What is too long at the smallest ends in `…`.
    """
    for size in sizes:
        fitting = balanced(text, most / size, width)
        if len(fitting) <= lines:
            return size, fitting
    return size, [*fitting[: lines - 1], f"{fitting[lines - 1][:-1]}…"]


def _fitting(text: str, most: float, width: Callable[[str], float]) -> int:
    """How many characters fit, at least one."""
    end = 1
    while end < len(text) and width(text[: end + 1]) <= most:
        end += 1
    return end


def _splits_word(text: str, at: int) -> bool:
    return all(one.isascii() and one.isalnum() for one in text[at - 1 : at + 1])
