"""How a questionnaire is laid out on a narrow screen: which options share a line, what costs no step of its own."""

from itertools import takewhile
from typing import Any
from unicodedata import east_asian_width

MOST_CELLS = {"single": 14, "multiple": 24}
"""How wide an option may be to share its line with another: half of a 360-pixel screen holds 12 cells a line, and a
Chinese character takes two. Where options are a scale, one line each, so that the order is seen."""


def cells(text: str) -> int:
    """How many cells of a terminal's line the text would take: two for a Chinese character, one for a Latin letter."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def side_by_side(question: dict[str, Any]) -> bool:
    """Whether the options of a question, as published, stand in two columns."""
    most = MOST_CELLS[question["type"]]
    options = question["options"]
    return len(options) > 2 and all(cells(option["text"]) <= most for option in options)


def remarks_of(definition: dict[str, Any]) -> list[dict[str, Any]]:
    """The last sections of a published definition, as far as they ask everybody for words only: the review asks."""
    asked: list[dict[str, Any]] = definition["sections"]
    return list(takewhile(_asks_for_words, reversed(asked)))[::-1]


def _asks_for_words(section: dict[str, Any]) -> bool:
    return section["topic"] is None and all(question["type"] == "text" for question in section["questions"])


LAYOUT: dict[str, Any] = {"side_by_side": side_by_side, "remarks_of": remarks_of}
"""What templates of a questionnaire ask."""
