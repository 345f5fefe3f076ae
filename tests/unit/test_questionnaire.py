"""Questionnaires as a whole: loading, topics, and the mistakes that a data file can hold."""

from collections import Counter
from typing import Any

import pytest
from pydantic import ValidationError

from chalicelib.instrument.domain.answers import answer_sheet
from chalicelib.instrument.domain.questionnaire import Common, Questionnaire, Topic
from chalicelib.instrument.questionnaires import load, regions
from chalicelib.kernel.errors import QuestionnaireInvalid, QuestionnaireUnknown
from infra.drills.players import Definition

A, B = ({"id": one, "text": {"zh-Hans": one}} for one in "ab")


def single(ident: str, **more: Any) -> dict[str, Any]:
    """A question with two options, as a data file writes it."""
    return {"id": ident, "type": "single", "text": {"zh-Hans": "问"}, "options": [A, B], **more}


def topic(ident: str, *questions: dict[str, Any]) -> Topic:
    """A topic of these questions."""
    return Topic.model_validate({"id": ident, "title": {"zh-Hans": "专题"}, "floor_s": 5, "questions": questions})


def questionnaire(*questions: dict[str, Any], topics: list[Topic] | None = None, **rule: Any) -> Questionnaire:
    """A questionnaire with one common section of these questions and a second one with `last`."""
    sections = [("first", questions), ("second", [single("last")])]
    common = {
        "edition": "public",
        "version": "1",
        "title": {"zh-Hans": "题"},
        "topics": {"assign": 1, "after": "first"} | rule,
        "quality": {},
        "sections": [{"id": i, "title": {"zh-Hans": i}, "questions": asked} for i, asked in sections],
    }
    return Questionnaire(Common.model_validate(common), topics or [], regions())


@pytest.mark.parametrize(
    ("edition", "version"), [("other", None), ("public", "1999.1"), ("public", "../public/2026.1")]
)
def test_what_was_never_published(edition: str, version: str | None) -> None:
    """An unknown edition or version is named as such."""
    with pytest.raises(QuestionnaireUnknown):
        load(edition, version)


def test_topics_are_assigned_by_their_weights() -> None:
    """Over many seeds each topic falls to the share of respondents that the data say, and always the same to one
    seed."""
    q = load("public")
    weights = q.common.topics.weights

    drawn = Counter(q.assign_topics(seed.to_bytes(16)) for seed in range(17_000))

    assert drawn.keys() == {(topic,) for topic in q.topics}
    assert all(abs(drawn[(topic,)] - 1_000 * weights[topic]) < 250 for topic in q.topics)
    assert q.assign_topics(b"seed") == q.assign_topics(b"seed")


def test_the_length_that_is_told_is_that_of_the_data() -> None:
    """Common questions and those of the topics that are assigned, on average; not those that depend on an answer."""
    hidden = single("x_2", show_if={"question": "q1", "in": ["a"]})
    q = questionnaire(
        single("q1"), topics=[topic("x", single("x_1"), hidden), topic("y", *map(single, ("y_1", "y_2")))]
    )

    assert (q.usual_length, questionnaire(single("q1")).usual_length) == (4, 2)


def test_a_topic_without_weight_is_chosen_only() -> None:
    """It is offered, and never assigned; one that the weights don't name has the weight 1."""
    topics = [topic(name, single(f"{name}_1")) for name in "xyz"]
    q = questionnaire(single("q1"), topics=topics, assign=3, weights={"y": 0})

    assert q.topics == ("x", "y", "z")
    assert q.assign_topics(b"seed") == ("x", "z")


def test_the_rule_says_how_many_topics() -> None:
    """Two of three are two different ones; more than there are is all of them."""
    topics = [topic(name, single(f"{name}_1")) for name in "xyz"]

    two = Counter(questionnaire(single("q1"), topics=topics, assign=2).assign_topics(bytes([n])) for n in range(99))

    assert set(two) == {("x", "y"), ("x", "z"), ("y", "z")}
    assert questionnaire(single("q1"), topics=topics, assign=9).assign_topics(b"") == ("x", "y", "z")
    assert questionnaire(single("q1"), topics=topics, assign=0).assign_topics(b"") == ()


def test_a_topic_added_moves_nothing_stored() -> None:
    """What was packed before a topic came unpacks after, and the same answers still pack to the same string."""
    old, new = (topic(name, single(f"{name}_1")) for name in ("m", "a"))
    before = answer_sheet(questionnaire(single("q1"), topics=[old]))
    answers = {"q1": "a", "last": "b", "m_1": "b"}

    packed = before.pack(answers, ["m"])
    after = answer_sheet(questionnaire(single("q1"), topics=[old, new]))

    assert after.unpack(packed) == answers
    assert after.pack(answers, ["m"]) == packed


def test_topics_stand_where_the_data_say() -> None:
    """Their sections follow the common section named by the rule."""
    q = questionnaire(single("q1"), topics=[topic("x", single("x_1"))])

    definition: Definition = q.published("en")

    found = [(one["id"], one["topic"]) for one in definition["sections"]]
    assert found == [("first", None), ("x", "x"), ("second", None)]


def asked_if(question: str, *options: str) -> dict[str, Any]:
    """The condition, as a data file writes it."""
    return {"show_if": {"question": question, "in": list(options)}}


MISTAKES = {
    "a question twice": lambda: questionnaire(single("q1"), single("q1")),
    "a question of a topic twice": lambda: questionnaire(single("x_1"), topics=[topic("x", single("x_1"))]),
    "a topic named like a section": lambda: questionnaire(single("q1"), topics=[topic("first", single("first_1"))]),
    "a topic's question without its prefix": lambda: questionnaire(single("q1"), topics=[topic("x", single("y_1"))]),
    "a weight of no topic": lambda: questionnaire(single("q1"), weights={"x": 1}),
    "a condition on nothing": lambda: questionnaire(single("q1", **asked_if("q0", "a"))),
    "a condition on itself": lambda: questionnaire(single("q1", **asked_if("q1", "a"))),
    "a condition on what comes later": lambda: questionnaire(single("q1", **asked_if("q2", "a")), single("q2")),
    "a condition on an option that isn't there": lambda: questionnaire(
        single("q1"), single("q2", **asked_if("q1", "c"))
    ),
    "a topic's condition on what comes after it": lambda: questionnaire(
        single("q1"), topics=[topic("x", single("x_1", **asked_if("last", "a")))]
    ),
    "an option twice": lambda: questionnaire(single("q1", options=[A, A])),
    "an exclusive option of a single": lambda: questionnaire(single("q1", options=[A, {**B, "exclusive": True}])),
    "options within a single's": lambda: questionnaire(single("q1", options=[A, {**B, "options": [A]}])),
    "a text without Chinese": lambda: questionnaire(single("q1", text={"en": "Why?"})),
    "an empty text": lambda: questionnaire(single("q1", text={"zh-Hans": "问", "en": " "})),
    "a required text": lambda: questionnaire(
        {"id": "q1", "type": "text", "text": {"zh-Hans": "问"}, "max_length": 9, "required": True}
    ),
    "a misspelt key": lambda: questionnaire(single("q1", requird=True)),
    "two residences": lambda: questionnaire(
        *({"id": f"q{n}", "type": "region", "text": {"zh-Hans": "问"}, "residence": True} for n in (1, 2))
    ),
    "an unknown type": lambda: questionnaire(single("q1") | {"type": "slider"}),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_in_data_are_found_at_loading(mistake: str) -> None:
    """None of these can reach a respondent."""
    with pytest.raises((QuestionnaireInvalid, ValidationError)):
        MISTAKES[mistake]()


def test_labels_divide_the_scale_evenly() -> None:
    """Ten stars take five labels, and not four."""
    scale = {"min": 1, "max": 10, "labels": [{"zh-Hans": "好"}] * 4}
    rating = {"id": "q1", "type": "rating", "text": {"zh-Hans": "问"}, "scale": scale}

    with pytest.raises(ValidationError, match="labels_uneven"):
        questionnaire(rating)
