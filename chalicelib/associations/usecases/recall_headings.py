"""What a person said that a column holds is remembered by its heading: next time it is taken so, and shown as ever."""

from collections.abc import Mapping, Sequence

from chalicelib.associations.domain.headings import plain
from chalicelib.associations.domain.table import Column
from chalicelib.associations.store import headings
from chalicelib.kernel.store.writes import commit, until_not_overtaken

MOST_REMEMBERED = 500
"""Of a kind of table; those that were said longest ago go first."""


def recall(kind: str) -> Mapping[str, str]:
    """By heading the field that it was said to mean; empty: none."""
    return headings.find(kind) or {}


def learn(kind: str, columns: Sequence[Column]) -> None:
    """Remembers where columns were taken for something else than by themselves; forgets where they no longer are."""
    named = [one for one in columns if one.heading]
    otherwise = {plain(one.heading): one.field or "" for one in named if one.field != one.guess}
    usual = {plain(one.heading) for one in named} - set(otherwise)

    def attempt() -> None:
        before = headings.find(kind)
        kept = {words: meant for words, meant in (before or {}).items() if words not in usual | set(otherwise)}
        after = dict([*kept.items(), *otherwise.items()][-MOST_REMEMBERED:])
        if after != (before or {}):
            commit(headings.changing(kind, before, after))

    until_not_overtaken(attempt)
