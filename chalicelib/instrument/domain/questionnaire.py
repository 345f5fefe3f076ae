"""A questionnaire: the common part of one edition and version, and its topic modules.

Both are data. A version that was published never changes, but for topics added beside the ones it has: stored
answers are packed by order and version.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import chain

from pydantic import Field

from chalicelib.instrument.domain.question import (
    Cascade,
    Id,
    Multiple,
    Part,
    Published,
    Question,
    Single,
    refuse_repeats,
)
from chalicelib.instrument.domain.regions import Regions
from chalicelib.kernel.wording import Text, words


class Section(Part):
    """Questions that are shown together on a page."""

    id: Id
    title: Text
    questions: tuple[Question, ...] = Field(min_length=1)


class TopicRule(Part):
    """How many topics a respondent is assigned, and after which common section their questions stand."""

    assign: int = Field(ge=0)
    after: Id


class TooFast(Part):
    """Answered in less than `floor_s` seconds; topics add their own."""

    floor_s: int = Field(ge=1)


class StraightLining(Part):
    """The same stars in every row of the common matrices, although negatively poled rows are among them."""


class QualityRules(Part):
    """What makes a response invalid for the count; each rule is off where it is absent. Never published."""

    too_fast: TooFast | None = None
    straight_lining: StraightLining | None = None


class Common(Part):
    """`common.json`: what everybody is asked."""

    edition: Id
    version: str = Field(pattern=r"^\d+(\.\d+)*$")
    title: Text
    topics: TopicRule
    quality: QualityRules
    sections: tuple[Section, ...] = Field(min_length=1)


class Topic(Part):
    """`topics/<id>.json`: a module for those who were assigned it or chose it."""

    id: Id
    title: Text
    floor_s: int = Field(ge=0, description="seconds that this topic adds to the floor of `too_fast`")
    questions: tuple[Question, ...] = Field(min_length=1)


class Questionnaire:
    """One edition in one version, checked as a whole. Compared by identity: the loader keeps one of each."""

    def __init__(self, common: Common, topics: Sequence[Topic], regions: Regions) -> None:
        """Raises ValueError where ids repeat or a `show_if` points nowhere, or not backwards."""
        self.common = common
        self.modules = {topic.id: topic for topic in sorted(topics, key=lambda topic: topic.id)}
        self.regions = regions
        self.edition = common.edition
        self.version = common.version
        self.topics: tuple[str, ...] = tuple(self.modules)
        self.languages: tuple[str, ...] = tuple(common.title)
        self._check(topics)

    def questions(self, topic: str | None = None) -> tuple[Question, ...]:
        """The questions of one topic, or the common ones, in order."""
        if topic is not None:
            return self.modules[topic].questions
        return tuple(chain.from_iterable(section.questions for section in self.common.sections))

    def assign_topics(self, seed: bytes) -> tuple[str, ...]:
        """As many topics as the rule says, the same for the same seed, each equally often over many seeds."""
        draw = int.from_bytes(sha256(seed).digest())
        pool, drawn = list(self.topics), []
        for _ in range(min(self.common.topics.assign, len(pool))):
            draw, pick = divmod(draw, len(pool))
            drawn.append(pool.pop(pick))
        return tuple(sorted(drawn))

    def published(self, lang: str) -> Published:
        """The definition as the contract shows it, texts in `lang` (Chinese where that is missing)."""
        sections: list[Published] = []
        for section in self.common.sections:
            sections.append(_section(section.id, section, None, lang))
            if section.id == self.common.topics.after:
                sections += [_section(topic.id, topic, topic.id, lang) for topic in self.modules.values()]
        return {
            "edition": self.edition,
            "version": self.version,
            "title": words(self.common.title, lang),
            "sections": sections,
        }

    def _check(self, topics: Sequence[Topic]) -> None:
        sections = [section.id for section in self.common.sections]
        refuse_repeats([*sections, *(topic.id for topic in topics)], "section or topic")
        if self.common.topics.after not in sections:
            raise ValueError(f"topics stand after {self.common.topics.after!r}, which is no section")
        every = [*self.questions(), *chain.from_iterable(topic.questions for topic in topics)]
        refuse_repeats([question.id for question in every], "question")
        _check_conditions(self.questions(), {})
        place = sections.index(self.common.topics.after) + 1
        before = chain.from_iterable(section.questions for section in self.common.sections[:place])
        asked = {question.id: question for question in before}
        for topic in topics:
            if not all(question.id.startswith(f"{topic.id}_") for question in topic.questions):
                raise ValueError(f"questions of topic {topic.id!r} must begin with {topic.id}_")
            _check_conditions(topic.questions, dict(asked))


def _section(section_id: str, part: Section | Topic, topic: str | None, lang: str) -> Published:
    questions = [question.published(lang) for question in part.questions]
    return {"id": section_id, "title": words(part.title, lang), "topic": topic, "questions": questions}


def _check_conditions(questions: Sequence[Question], asked: dict[str, Question]) -> None:
    """Each `show_if` names a choice asked earlier, and options that it has; `asked` grows on the way."""
    for question in questions:
        if question.show_if is not None:
            known = set(_choices(asked.get(question.show_if.question)))
            missing = [option for option in question.show_if.options if option not in known]
            if missing:
                raise ValueError(
                    f"{question.id} depends on {question.show_if.question}: {missing}, not asked before it"
                )
        asked[question.id] = question


def _choices(question: Question | None) -> Iterator[str]:
    if isinstance(question, Single | Multiple | Cascade):
        yield from (leaf.id for leaf in question.leaves())
