"""What items of tables are called, in the words of the questionnaire that was answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from chalicelib.instrument.usecases.find_questionnaire import load
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.wording import FALLBACK_LANGUAGE, words
from chalicelib.results.domain.columns import columns
from chalicelib.results.domain.count_sql import GROUPINGS
from chalicelib.results.usecases.published import Published, items


@dataclass
class ItemLabels:
    """Of a question, or of a row of one."""

    label: str
    options: dict[str, str] = field(default_factory=dict)
    """None for a scale's points, which are called what they are."""


@lru_cache(maxsize=16)
def item_labels(edition: str, version: str, lang: str) -> Mapping[str, ItemLabels]:
    """Of all items, in the order in which they are asked."""
    found: dict[str, ItemLabels] = {}
    for one in columns([load(edition, version)]):
        question, label = words(one.question, lang), words(one.label, lang)
        if one.type == "chosen":
            found.setdefault(one.source, ItemLabels(question)).options[one.option] = label
        elif one.type == "choice":
            found[one.name] = ItemLabels(label, {option: words(text, lang) for option, text in one.values.items()})
        elif one.type == "points":
            found[one.name] = ItemLabels(label if question == label else f"{question} {label}")
    return found


def group_names(known: Mapping[str, ItemLabels]) -> dict[str, str]:
    """What the groups of a table are called: those of an edition's options that people are grouped by."""
    asked = {name: known[column] for name, column in GROUPINGS.items() if column in known}
    return {f"{name}:{code}": text for name, item in asked.items() for code, text in item.options.items()}


def labels_of(of: Published, edition: str, lang: str) -> Mapping[str, ItemLabels]:
    """Those of an edition in a year. Raises `NotFound` where nobody answered it."""
    versions = dict(of.questionnaires)
    if edition not in versions:
        raise NotFound("no_edition", edition=edition[:40])
    return item_labels(edition, versions[edition], lang)


def asked_items(of: Published, edition: str) -> list[str]:
    """Those of which there are tables, in the order in which they were asked. Raises `NotFound`."""
    there = set(items(of, edition))
    return [item for item in labels_of(of, edition, FALLBACK_LANGUAGE) if item in there]
