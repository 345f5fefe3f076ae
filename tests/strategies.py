"""Hypothesis strategies for answers; `answers_for` gives valid ones, `json_values` anything that JSON can say."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from chalicelib.instrument.domain.question import Cascade, FreeText, Matrix, Multiple, Question, Rating, Region, Single
from chalicelib.instrument.domain.questionnaire import Questionnaire
from infra.drills.players import is_shown

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from(["a", "b", "c1", "440106", 7]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)

_fit_characters = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff") | st.sampled_from(
    "\n\t\r"
)


@st.composite
def answers_for(draw: st.DrawFn, q: Questionnaire, topics: Sequence[str] = ()) -> dict[str, Any]:
    """Valid answers to the common part and `topics`, keys and choices in any order."""
    answers: dict[str, Any] = {}
    for part in (None, *topics):
        for question in q.questions(part):
            if is_shown({"show_if": _published_condition(question)}, answers) and (
                question.required or draw(st.booleans())
            ):
                answers[question.id] = draw(answer_to(question, q))
    return {key: answers[key] for key in draw(st.permutations(list(answers)))}


def answer_to(question: Question, q: Questionnaire) -> st.SearchStrategy[Any]:
    """Valid answers to one question."""
    match question:
        case Single() | Cascade():
            return st.sampled_from([leaf.id for leaf in question.leaves()])
        case Multiple():
            return _choices(question)
        case Rating():
            return st.integers(question.scale.min, question.scale.max)
        case Matrix():
            stars = st.integers(question.scale.min, question.scale.max)
            return st.fixed_dictionaries({row.id: stars for row in question.rows})
        case Region():
            return st.sampled_from(sorted(q.regions.leaves))
        case FreeText():
            return st.text(_fit_characters, max_size=question.max_length)


def _choices(question: Multiple) -> st.SearchStrategy[list[str]]:
    exclusive = [[option.id] for option in question.options if option.exclusive]
    others = [option.id for option in question.options if not option.exclusive]
    most = min(question.max_choices or len(others), len(others))
    several = st.lists(st.sampled_from(others), min_size=1, max_size=most, unique=True)
    return several | st.sampled_from(exclusive) if exclusive else several


def _published_condition(question: Question) -> dict[str, Any] | None:
    condition = question.show_if
    return None if condition is None else {"question": condition.question, "in": condition.options}
