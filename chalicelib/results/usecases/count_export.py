"""Counts and weights the people of a sealed export, by DuckDB: item by item, in all areas and groups at once.

A person belongs to six of the smallest cells: their city (or abroad), with everybody and with each of their groups.
Those are counted; provinces and the nation are their sums.
"""

import secrets
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from chalicelib.instrument.domain.question import FreeText, Matrix, Multiple, Question, Region
from chalicelib.instrument.usecases.find_questionnaire import load
from chalicelib.results.domain import count_sql as sql
from chalicelib.results.domain.counts import Counted
from chalicelib.results.domain.margins import margins
from chalicelib.results.domain.protection import TrueCount, protection
from chalicelib.results.domain.thresholds import Cell
from chalicelib.results.domain.weights import Kind, Weights, raked
from chalicelib.results.usecases.read_export import reading, working_database

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

RESPONSES = "responses.csv.gz"
WEIGHTED = "public"
"""The edition that margins exist for."""
SECRET_BYTES = 32

GoingOn: TypeAlias = Callable[[], None]
"""Is told between whiles that the work goes on; may stop it by raising."""


class People:
    """The valid responses of an edition that tell where they live, each with a new record key and its weight."""

    def __init__(self, database: "DuckDBPyConnection", weights: Weights | None) -> None:
        self._database = database
        self.weights = weights

    @cached_property
    def cells(self) -> Mapping[int, Cell]:
        """All cells that have people, by number."""
        return {at: Cell(area, people) for at, area, people in self._database.execute(sql.CELLS).fetchall()}

    @cached_property
    def bases(self) -> Mapping[Cell, int]:
        """How many people each cell has."""
        return {self.cells[at]: n for at, n in self._database.execute(sql.bases()).fetchall()}

    def items(self, edition: str) -> list[sql.Item]:
        """What is counted: all questions but texts and the region, in the order in which they are asked."""
        versions = [version for (version,) in self._database.execute("SELECT DISTINCT version FROM people").fetchall()]
        found: defaultdict[tuple[str, bool], list[str]] = defaultdict(list)
        for version in sorted(versions):
            questionnaire = load(edition, version)
            asked = chain.from_iterable(questionnaire.questions(topic) for topic in (None, *questionnaire.topics))
            for column in chain.from_iterable(map(_columns_of, asked)):
                found[column].append(version)
        return [sql.Item(*column, tuple(where)) for column, where in found.items()]

    def counted(self, item: sql.Item) -> dict[Cell, Counted]:
        """How an item was answered in each cell; empty where nobody did."""
        execute = self._database.execute
        if not (options := [option for (option,) in execute(sql.options(item)).fetchall()]):
            return {}
        execute(sql.answers(item), {"options": options})
        found = execute(sql.counts(item, protection().least_group)).fetchall()
        named = ["", *options]
        return {
            self.cells[at]: Counted(TrueCount(*base), _options(named, lists) if lists[0] else {})
            for at, *base, lists in ((row[0], *row[1:4], row[4:]) for row in found)
        }


@contextmanager
def counting(folder: Path, edition: str, place: Path) -> Iterator[People]:
    """An edition's people, of the export in a folder; `place` is a folder for what it takes to count them."""
    with working_database(place) as database:
        given = {"secret": secrets.token_bytes(SECRET_BYTES), "edition": edition}
        database.execute(sql.rows(reading(folder / RESPONSES)), given)
        questions = [margin.question for margin in margins().margins]
        kinds = _kinds(database, questions) if edition == WEIGHTED else {}
        weights = _weights(kinds)
        known = [(*answers, weights.by_kind[kind]) for answers, (kind, _) in kinds.items()] if weights else []
        lists = [list(column) for column in zip(*known, strict=True)] or [[] for _ in (*questions, "weight")]
        database.execute(sql.weights(len(questions)), lists)
        for statement in sql.people(questions):
            database.execute(statement)
        yield People(database, weights)


def _kinds(database: "DuckDBPyConnection", questions: list[str]) -> dict[tuple[str, ...], tuple[Kind, int]]:
    """Of each combination of answers the kind of person, where margins know it, and how many there are."""
    found = {}
    for *answers, n in database.execute(sql.kinds(questions)).fetchall():
        said = {question: answer or "" for question, answer in zip(questions, answers, strict=True)}
        if kind := margins().kind(said):
            found[tuple(answers)] = kind, n
    return found


def _weights(kinds: Mapping[tuple[str, ...], tuple[Kind, int]]) -> Weights | None:
    """Weights by kind of person; None without anybody whom the margins know."""
    people = Counter[Kind]()
    for kind, n in kinds.values():
        people[kind] += n
    return raked(people, [margin.shares for margin in margins().margins], margins().most) if people else None


def _options(named: list[str], lists: tuple[list[int], list[int], list[int], list[float]]) -> dict[str, TrueCount]:
    return {named[at]: TrueCount(n, key, weight) for at, n, key, weight in zip(*lists, strict=True) if at}


def _columns_of(question: Question) -> Iterator[tuple[str, bool]]:
    """The columns that are counted, and whether one holds several options."""
    if isinstance(question, Matrix):
        yield from ((f"{question.id}.{row.id}", False) for row in question.rows)
    elif not isinstance(question, FreeText | Region):
        yield question.id, isinstance(question, Multiple)
