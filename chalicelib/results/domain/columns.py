"""The columns of a dataset, from the questionnaires that were answered: typed, one for each option of a multiple."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import chain
from typing import Literal, NamedTuple, TypeAlias

from chalicelib.instrument.domain.question import Cascade, FreeText, Matrix, Multiple, Question, Rating, Region, ShowIf
from chalicelib.instrument.domain.questionnaire import Questionnaire
from chalicelib.kernel.wording import Text

Type: TypeAlias = Literal["choice", "points", "chosen", "province", "city", "county", "text"]
"""An option's id; points of a scale; 1 or 0 for an option of several; a division's code of 2, 4 or 6 digits; words."""
DIGITS: dict[Type, int] = {"province": 2, "city": 4, "county": 6}


class Missing(IntEnum):
    """Why there is no answer, as every column tells it."""

    NOT_ASKED = -7
    """Another edition or version asked it, or a topic that this person wasn't given."""
    NOT_SHOWN = -8
    """An earlier answer made it needless."""
    NOT_ANSWERED = -9


class Asked(NamedTuple):
    """In which questionnaire, and of whom."""

    edition: str
    version: str
    topic: str | None
    show_if: ShowIf | None


@dataclass
class Column:
    """A column of answers, in the words of the first questionnaire that has it: another's options may mean others."""

    name: str
    source: str
    """The export's column."""
    type: Type
    question: Text
    label: Text
    """Of the row or the option where the column is one; else the question."""
    values: Mapping[str, Text] = field(default_factory=dict)
    """Labels by option, of a choice."""
    option: str = ""
    """The one that was `chosen`, or not."""
    asked: list[Asked] = field(default_factory=list)


def columns(questionnaires: Iterable[Questionnaire]) -> list[Column]:
    """All columns of the questionnaires, each once."""
    found: dict[str, Column] = {}
    for one in questionnaires:
        for topic in (None, *one.topics):
            for question in one.questions(topic):
                for column in _columns_of(question):
                    asked = found.setdefault(column.name, column).asked
                    asked.append(Asked(one.edition, one.version, topic, question.show_if))
    return list(found.values())


def _columns_of(question: Question) -> Iterator[Column]:
    name, text = question.id, question.text
    match question:
        case Matrix():
            for row in question.rows:
                yield Column(f"{name}.{row.id}", f"{name}.{row.id}", "points", text, row.text)
        case Multiple():
            for option in question.options:
                yield Column(f"{name}.{option.id}", name, "chosen", text, option.text, option=option.id)
        case Region():
            yield from (Column(f"{name}.{part}", name, part, text, text) for part in DIGITS)
        case Rating():
            yield Column(name, name, "points", text, text)
        case FreeText():
            yield Column(name, name, "text", text, text)
        case _:
            yield Column(name, name, "choice", text, text, values=_labels(question))


def _labels(question: Question) -> dict[str, Text]:
    if isinstance(question, Cascade):
        groups = [[(leaf, group) for leaf in group.options or (group,)] for group in question.options]
        return {leaf.id: _within(group.text, leaf.text) for leaf, group in chain.from_iterable(groups)}
    return {option.id: option.text for option in getattr(question, "options", ())}


def _within(group: Text, leaf: Text) -> Text:
    """A leaf's label behind its group's, where it is another."""
    return leaf if leaf == group else {lang: f"{group.get(lang, '')} / {words}" for lang, words in leaf.items()}
