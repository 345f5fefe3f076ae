"""Texts in several languages: a mapping from a language tag to the words, `zh-Hans` always among them."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, PlainSerializer, SerializationInfo
from pydantic_core import PydanticCustomError

FALLBACK_LANGUAGE = "zh-Hans"


def _has_fallback(text: Mapping[str, str]) -> Mapping[str, str]:
    if FALLBACK_LANGUAGE not in text or not all(some.strip() for some in text.values()):
        raise PydanticCustomError("text_missing", "text_missing")
    return text


def words(text: Mapping[str, str], lang: str) -> str:
    """The text in `lang`, or in Chinese where that language is missing."""
    return text.get(lang) or text[FALLBACK_LANGUAGE]


def _in_one_language(text: Mapping[str, str], info: SerializationInfo) -> str:
    return words(text, str(info.context))


Text = Annotated[Mapping[str, str], AfterValidator(_has_fallback), PlainSerializer(_in_one_language)]
"""Dumped with a language as the context, it is the words in that language."""
