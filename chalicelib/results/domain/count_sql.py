"""How the people of an export are counted, as statements of SQL; what is published of it is decided in `counts`.

`people` has a row for each valid response of an edition: the cells that it belongs to, its record key and its weight.
Cells are numbered: `low` are the smallest (a city, or abroad, and a group), `up` says which cells each adds to.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from chalicelib.results.domain.dataset_sql import name_of, text_of
from chalicelib.results.domain.noise import KEYS
from chalicelib.results.domain.thresholds import EVERYBODY, NATION

REGION = "q18"
GROUPINGS = {"sex": "q13", "age": "q14", "education": "q15", "place": "q19", "income": "q20"}
"""By what people are grouped; both editions ask these under the same ids."""
ABROAD = "99"
"""The first digits of a region outside the divisions; it has no cities."""
_GROUPS = {EVERYBODY: text_of(EVERYBODY)} | {
    name: f"{text_of(f'{name}:')} || {name_of(column)}" for name, column in GROUPINGS.items()
}
"""The name of a person's group, null where they didn't say."""
_LOWS = tuple(f"low{at}" for at in range(len(_GROUPS)))
_PROVINCE = f"left({name_of(REGION)}, {len(NATION)})"
_LOWEST = f"CASE WHEN {_PROVINCE} = {text_of(ABROAD)} THEN {text_of(ABROAD)} ELSE left({name_of(REGION)}, 4) END"


class Item(NamedTuple):
    """A column of the export that is counted."""

    name: str
    several: bool
    """Whether a cell may hold several options, joined by `;`."""
    versions: tuple[str, ...]
    """Of the edition, in which it is asked so."""


def rows(source: str) -> str:
    """Makes `rows` of those that count and tell where they live; `$secret` is forgotten, so record keys can't be had
    again."""
    key = "('0x' || left(sha256($secret || encode(receipt)), 2))::UTINYINT"
    return (
        f"CREATE TABLE rows AS SELECT * EXCLUDE (receipt, accepted_at, unit, link), {key} AS key FROM {source} "
        f"WHERE edition = $edition AND valid = 'true' AND {name_of(REGION)} IS NOT NULL"
    )


def kinds(questions: Collection[str]) -> str:
    """How many people answered these questions alike; a region counts by its province."""
    return f"SELECT {', '.join(map(_kind, questions))}, count(*) FROM rows GROUP BY ALL"


def weights(kinds: int) -> str:
    """Makes `weights` of as many lists and one more: a column for each question of `kinds`, and the weights."""
    columns = [f"unnest(${at}::VARCHAR[]) AS kind{at}" for at in range(1, kinds + 1)]
    return f"CREATE TABLE weights AS SELECT {', '.join(columns)}, unnest(${kinds + 1}::DOUBLE[]) AS weight"


def people(questions: Collection[str]) -> Iterator[str]:
    """Makes cells, and `people` of `rows` and `weights`; whom no weight is for weighs 1."""
    found = " UNION ".join(f"SELECT {_LOWEST} AS area, {group} AS people FROM rows" for group in _GROUPS.values())
    yield f"CREATE TABLE low AS SELECT row_number() OVER ()::INTEGER AS id, * FROM ({found}) WHERE people IS NOT NULL"
    above = f"SELECT id AS low, unnest([area, left(area, {len(NATION)}), {text_of(NATION)}]) AS area, people FROM low"
    cell = "dense_rank() OVER (ORDER BY area, people)::INTEGER AS cell"
    yield f"CREATE TABLE up AS SELECT DISTINCT low, {cell}, area, people FROM ({above})"
    joins = " ".join(
        f"LEFT JOIN low AS {low} ON {low}.area = {_LOWEST} AND {low}.people = {group}"
        for low, group in zip(_LOWS, _GROUPS.values(), strict=True)
    )
    alike = " AND ".join(f"kind{at} = {_kind(one)}" for at, one in enumerate(questions, 1))
    columns = ", ".join(f"{low}.id AS {low}" for low in _LOWS)
    yield (
        f"CREATE TABLE people AS SELECT rows.*, {columns}, coalesce(weight, 1.0) AS weight "
        f"FROM rows {joins} LEFT JOIN weights ON {alike}"
    )
    yield "DROP TABLE rows"


CELLS = "SELECT DISTINCT cell, area, people FROM up"
"""All cells, by their numbers."""
_WHOLE = 0
"""The number of the option that everybody has who answered."""


def options(item: Item) -> str:
    """The options that were chosen of an item."""
    cell = name_of(item.name)
    chosen = f"unnest(string_split({cell}, ';'))" if item.several else cell
    return f"SELECT DISTINCT {chosen} AS option FROM people WHERE {_asked(item)} ORDER BY option"


def answers(item: Item) -> str:
    """Makes `answers`: a row for each person and each option's number in `$options`, which begins with 1; and where
    there may be several, one for the person."""
    cell, number = name_of(item.name), f"list_position($options, {name_of(item.name)})"
    if item.several:
        numbers = f"list_transform(string_split({cell}, ';'), lambda one: list_position($options, one))"
        number = f"unnest(list_prepend({_WHOLE}, {numbers}))"
    columns = ", ".join(_LOWS)
    return (
        f"CREATE OR REPLACE TEMP TABLE answers AS SELECT {columns}, key::INTEGER AS key, weight, "
        f"{number}::USMALLINT AS option FROM people WHERE {_asked(item)}"
    )


def counts(item: Item, least: int) -> str:
    """Of each cell its number, the base's count, key and weight, and lists of options, counts, keys and weights; none
    for a base of fewer than `least`."""
    parts = " UNION ALL ".join(
        f"SELECT {low} AS low, option, key, weight FROM answers WHERE {low} IS NOT NULL" for low in _LOWS
    )
    smallest = f"SELECT low, option, count(*) AS n, sum(key) AS key, sum(weight) AS weight FROM ({parts}) GROUP BY ALL"
    sums = f"sum(n)::INTEGER AS n, (sum(key) % {KEYS})::INTEGER AS key, sum(weight) AS weight"
    every = f"SELECT cell, option, {sums} FROM ({smallest}) JOIN up USING (low) GROUP BY ALL"
    whole = f"FILTER (option = {_WHOLE})" if item.several else ""
    lists = (f"CASE WHEN sum(n) {whole} >= {least} THEN list({one}) END" for one in ("option", "n", "key", "weight"))
    base = f"sum(n) {whole}::INTEGER, sum(key) {whole}::INTEGER, sum(weight) {whole}"
    return f"SELECT cell, {base}, {', '.join(lists)} FROM ({every}) GROUP BY cell"


def bases() -> str:
    """How many people each cell has."""
    lows = " UNION ALL ".join(f"SELECT {low} AS low FROM people" for low in _LOWS)
    return f"SELECT cell, count(*) FROM ({lows}) JOIN up USING (low) GROUP BY cell"


def _asked(item: Item) -> str:
    """Who answered it, of those who were asked it so."""
    return f"{name_of(item.name)} IS NOT NULL AND version IN ({', '.join(map(text_of, sorted(item.versions)))})"


def _kind(question: str) -> str:
    return _PROVINCE if question == REGION else name_of(question)
