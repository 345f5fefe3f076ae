"""Good answers to the public edition, and what becomes of changed ones."""

from random import Random
from typing import Any

import pytest

from chalicelib.instrument.domain.answers import answer_sheet
from chalicelib.instrument.questionnaires import load
from chalicelib.kernel.errors import AnswersInvalid
from chalicelib.kernel.texts import said
from infra.drills.players import random_answers

PUBLIC = load("public")
SHEET = answer_sheet(PUBLIC)
GOOD: dict[str, Any] = random_answers(PUBLIC.published("en"), (), Random(1))
PRIVACY = {  # nothing leaked, so nothing is asked about it
    "privacy_1": "a",
    "privacy_4": "c",
    "privacy_5": ["a"],
    "privacy_6": "a",
    "privacy_8": 7,
}


def refused(answers: Any, topics: Any = (), lang: str = "en") -> dict[str, str]:
    """What is said about wrong answers, by pointer."""
    with pytest.raises(AnswersInvalid) as refusal:
        SHEET.pack(answers, topics)
    errors = {e.pointer: said("answers", lang, e.reason, e.figures) for e in refusal.value.errors}
    assert len(errors) == len(refusal.value.errors)
    return errors


def unpacked(answers: dict[str, Any], topics: tuple[str, ...] = ()) -> dict[str, Any]:
    """Answers as they come back."""
    return SHEET.unpack(SHEET.pack(answers, topics))
