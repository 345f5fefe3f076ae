"""A questionnaire: the common part of one edition and version, and its topic modules.

Both are data. A version that was published never changes, but for topics added beside the ones it has: stored
answers are packed by order and version.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import accumulate, chain
from typing import Annotated

from pydantic import Field

from chalicelib.instrument.domain.question import (
    Cascade,
    Id,
    Multiple,
    Part,
    Published,
    Question,
    Region,
    Single,
    repeated,
)
from chalicelib.instrument.domain.regions import Regions
from chalicelib.kernel.errors import FieldError, QuestionnaireInvalid
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
    weights: dict[Id, Annotated[int, Field(ge=0)]] = Field(default_factory=dict)
    """How often a topic is assigned, against 1 of one that isn't named; 0: only where it is chosen."""


class TooFast(Part):
    """Answered in less than `floor_s` seconds; topics add their own."""

    floor_s: int = Field(ge=1)


class StraightLining(Part):
    """The same stars in every row of the common matrices, although negatively poled rows are among them."""


class Hurried(Part):
    """At least half of the sections shown, and three or more, in fewer seconds than their floors."""

    floors: dict[Id, Annotated[float, Field(gt=0)]]
    """Seconds in which nobody reads a section, by its id or that of a topic; those not named aren't looked at."""


class QualityRules(Part):
    """What makes a response invalid for the count; each rule is off where it is absent. Never published."""

    too_fast: TooFast | None = None
    straight_lining: StraightLining | None = None
    hurried: Hurried | None = None


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
        """Raises `QuestionnaireInvalid` where ids repeat or a `show_if` points nowhere, or not backwards."""
        self.common = common
        self.modules = {topic.id: topic for topic in sorted(topics, key=lambda topic: topic.id)}
        self.regions = regions
        self.edition = common.edition
        self.version = common.version
        self.topics: tuple[str, ...] = tuple(self.modules)
        self.languages: tuple[str, ...] = tuple(common.title)
        if faults := list(self._faults(topics)):
            raise QuestionnaireInvalid(faults)

    def questions(self, topic: str | None = None) -> tuple[Question, ...]:
        """The questions of one topic, or the common ones, in order."""
        if topic is not None:
            return self.modules[topic].questions
        return tuple(chain.from_iterable(section.questions for section in self.common.sections))

    @property
    def section_ids(self) -> tuple[str, ...]:
        """The sections in the order in which they are published: topics follow the common one that the rule names."""
        common = [section.id for section in self.common.sections]
        at = common.index(self.common.topics.after) + 1
        return (*common[:at], *self.topics, *common[at:])

    @property
    def usual_length(self) -> int:
        """How many questions a respondent is asked, rounded: the common ones and those of as many topics as are
        assigned; those left out that depend on other answers."""
        asked = [sum(one.show_if is None for one in self.questions(topic)) for topic in self.topics]
        mean = sum(asked) / len(asked) if asked else 0
        return round(sum(one.show_if is None for one in self.questions()) + self.common.topics.assign * mean)

    def assign_topics(self, seed: bytes) -> tuple[str, ...]:
        """As many topics as the rule says, the same for the same seed, each by its weight over many seeds."""
        rule, draw = self.common.topics, int.from_bytes(sha256(seed).digest())
        pool = {topic: weight for topic in self.topics if (weight := rule.weights.get(topic, 1))}
        drawn: list[str] = []
        for _ in range(min(rule.assign, len(pool))):
            draw, pick = divmod(draw, sum(pool.values()))
            bounds = accumulate(pool.values())
            drawn.append(next(topic for topic, bound in zip(pool, bounds, strict=True) if pick < bound))
            del pool[drawn[-1]]
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

    def _faults(self, topics: Sequence[Topic]) -> Iterator[FieldError]:
        sections, rule = [section.id for section in self.common.sections], self.common.topics
        every = [*self.questions(), *chain.from_iterable(topic.questions for topic in topics)]
        for ids in ([*sections, *(topic.id for topic in topics)], [question.id for question in every]):
            if (twice := repeated(ids)) is not None:
                yield FieldError(f"/{twice}", "id_twice", id=twice)
        if sum(isinstance(question, Region) and question.residence for question in every) > 1:
            yield FieldError("/common", "residence_twice")
        if unknown := sorted(rule.weights.keys() - self.modules.keys()):
            yield FieldError("/common/topics/weights", "topic_weights", ids=", ".join(unknown))
        yield from _unmet(self.questions(), {})
        if rule.after not in sections:
            yield FieldError("/common/topics/after", "topics_after", id=rule.after)
            return
        before = chain.from_iterable(one.questions for one in self.common.sections[: sections.index(rule.after) + 1])
        asked = {question.id: question for question in before}
        for topic in topics:
            for question in topic.questions:
                if not question.id.startswith(f"{topic.id}_"):
                    yield FieldError(f"/{question.id}", "topic_prefix", prefix=f"{topic.id}_")
            yield from _unmet(topic.questions, dict(asked))


def number_of(version: str) -> list[int]:
    """By what versions are put in order: 2026.10 comes after 2026.9."""
    return [int(part) for part in version.split(".")]


def _section(section_id: str, part: Section | Topic, topic: str | None, lang: str) -> Published:
    questions = [question.published(lang) for question in part.questions]
    return {"id": section_id, "title": words(part.title, lang), "topic": topic, "questions": questions}


def _unmet(questions: Sequence[Question], asked: dict[str, Question]) -> Iterator[FieldError]:
    """Each `show_if` names a choice asked earlier, and options that it has; `asked` grows on the way."""
    for question in questions:
        if question.show_if is not None:
            known = set(_choices(asked.get(question.show_if.question)))
            missing = [option for option in question.show_if.options if option not in known]
            if missing:
                on, options = question.show_if.question, ", ".join(missing)
                yield FieldError(f"/{question.id}/show_if", "show_if_unmet", question=on, options=options)
        asked[question.id] = question


def _choices(question: Question | None) -> Iterator[str]:
    if isinstance(question, Single | Multiple | Cascade):
        yield from (leaf.id for leaf in question.leaves())
