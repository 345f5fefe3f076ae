"""Words for people, by subject and language: `chalicelib/texts/<subject>/<tag>.json`, tags as in RFC 5646.

Rules and use cases give reasons and figures; whoever speaks to people finds the words here. Adding a language is adding
files here and in the questionnaires.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from chalicelib.kernel.instants import rfc3339
from chalicelib.kernel.wording import FALLBACK_LANGUAGE

FOLDER = Path(__file__).parent.parent / "texts"


@cache
def texts(subject: str, lang: str) -> Mapping[str, Any]:
    """All words of a subject in `lang`, by key; in Chinese where that language is missing."""
    folder = FOLDER / subject
    path = folder / f"{lang}.json"
    found: dict[str, Any] = json.loads(
        (path if path.exists() else folder / f"{FALLBACK_LANGUAGE}.json").read_bytes(), object_pairs_hook=once
    )
    return found


def said(
    subject: str,
    lang: str,
    reason: str,
    figures: Mapping[str, object] | None = None,
    instant: Callable[[int], str] = rfc3339,
) -> str:
    """A reason in words, its figures filled in; the figure `at` (ms since the epoch) as `instant` writes it.

    A reason that nobody has found words for is told as it is, so that a refusal stays one.
    """
    shown = {name: instant(int(str(value))) if name == "at" else value for name, value in (figures or {}).items()}
    words = texts(subject, lang).get(reason)
    return reason if words is None else str(words).format(**shown)


def chinese(subject: str) -> Callable[..., str]:
    """What says a key of this subject in Chinese, as mails and tables do; figures come by keyword."""

    def say(key: str, **figures: object) -> str:
        return said(subject, FALLBACK_LANGUAGE, key, figures)

    return say


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object's members, for `json.loads`; of two with one name nobody can tell which is meant (RFC 7493 §2.3).

    Raises ValueError.
    """
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a name occurs twice")
    return members
