"""The region question without scripts: first the province, then a list of its counties under their cities."""

from collections.abc import Iterator
from functools import lru_cache

from chalicelib.instrument import questionnaires
from chalicelib.instrument.domain.regions import Node

Choice = tuple[str, str]
"""A code and its name."""


@lru_cache(maxsize=8)
def province_choices(lang: str) -> tuple[Choice, ...]:
    """The provincial-level divisions and overseas."""
    return tuple((node["code"], node["name"]) for node in questionnaires.regions().tree(lang))


@lru_cache(maxsize=80)
def county_choices(province: str, lang: str) -> tuple[tuple[str, tuple[Choice, ...]], ...]:
    """The counties of a province in groups `(city, counties)`; empty where nothing is below it."""
    for node in questionnaires.regions().tree(lang):
        if node["code"] == province:
            return tuple(_groups(node))
    return ()


def _groups(province: Node) -> Iterator[tuple[str, tuple[Choice, ...]]]:
    """What stands directly under the province, be it a city without counties, forms a group under its name."""
    direct = tuple((node["code"], node["name"]) for node in province["children"] if not node["children"])
    if direct:
        yield province["name"], direct
    for city in province["children"]:
        if city["children"]:
            yield city["name"], tuple((node["code"], node["name"]) for node in city["children"])
