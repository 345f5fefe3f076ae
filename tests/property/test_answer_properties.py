"""What holds for all answers: packing loses nothing, and nothing but AnswersInvalid is ever raised."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.instrument.domain.answers import COMMON, AnswerSheet, answer_sheet, parts_of
from chalicelib.instrument.questionnaires import EDITIONS, load
from chalicelib.kernel.errors import AnswersInvalid
from chalicelib.verdicts.acceptance import judge
from tests.strategies import answers_for, json_values


def canonical(edition: str, answers: dict[str, Any]) -> dict[str, Any]:
    """What these answers amount to: choices in the order of the options, texts trimmed, blank ones gone."""
    order = {
        question.id: [option.id for option in question.options]
        for topic in (None, *load(edition).topics)
        for question in load(edition).questions(topic)
        if question.type == "multiple"
    }
    plain: dict[str, Any] = {}
    for key, answer in answers.items():
        if key == "q21":
            plain[key] = answer.replace("\r\n", "\n").replace("\r", "\n").strip()
        else:
            plain[key] = sorted(answer, key=order[key].index) if key in order else answer
    return {key: answer for key, answer in plain.items() if answer != ""}


@pytest.mark.parametrize("edition", EDITIONS)
@given(st.data())
def test_packing_loses_nothing(edition: str, data: st.DataObject) -> None:
    """Whatever valid answers are packed come back as they were, in canonical form, and pack to the same again."""
    q = load(edition)
    topics = data.draw(st.lists(st.sampled_from(q.topics), unique=True))
    answers = data.draw(answers_for(q, topics))

    packed = answer_sheet(q).pack(answers, topics)
    unpacked = answer_sheet(q).unpack(packed)

    assert unpacked == canonical(edition, answers)
    assert list(parts_of(packed)) == [COMMON, *sorted(topics)]
    assert answer_sheet(q).pack(unpacked, topics) == packed
    assert json.loads(packed.encode("utf-8"))


@given(st.data())
def test_order_makes_no_difference(data: st.DataObject) -> None:
    """The order of keys, of choices and of topics leaves the packed string as it is."""
    q = load("public")
    answers = data.draw(answers_for(q, q.topics))
    shuffled = {
        key: data.draw(st.permutations(value)) if isinstance(value, list) else value
        for key, value in data.draw(st.permutations(list(answers.items())))
    }
    topics = data.draw(st.permutations(q.topics))

    assert answer_sheet(q).pack(shuffled, topics) == answer_sheet(q).pack(answers, q.topics)


@given(answers=json_values, topics=json_values)
def test_any_json_is_refused_by_name(answers: Any, topics: Any) -> None:
    """Any JSON value in the place of answers and topics gives AnswersInvalid with at least one pointer."""
    with pytest.raises(AnswersInvalid) as refusal:
        answer_sheet(load("public")).pack(answers, topics)

    assert refusal.value.errors


@given(st.data())
def test_one_wrong_field_is_named_or_taken(data: st.DataObject) -> None:
    """Any JSON value in the place of one good answer is either taken, or refused naming that question and those
    that depend on it, and no others."""
    q = load("public")
    answers = data.draw(answers_for(q, q.topics))
    key = data.draw(st.sampled_from(sorted(answers)))
    broken = answers | {key: data.draw(json_values)}

    try:
        packed = answer_sheet(q).pack(broken, q.topics)
    except AnswersInvalid as refusal:
        named = {error.pointer.split("/")[2] for error in refusal.errors}
        dependent = {i for i, on in _conditions(q).items() if on == key}
        assert named <= {key} | dependent | {i for i, on in _conditions(q).items() if on in dependent}
        assert named
        for error in refusal.errors:
            error.pointer.encode("utf-8")
    else:
        assert answer_sheet(q).unpack(packed)


@given(st.data(), st.integers(0, 10**7))
def test_rows_and_verdicts_are_always_there(data: st.DataObject, took_ms: int) -> None:
    """Every valid response has a cell for each column, and a verdict made of known rules."""
    q = load("practitioner")
    answers = data.draw(answers_for(q, q.topics))

    sheet = answer_sheet(q)

    assert len(sheet.row(parts_of(sheet.pack(answers, q.topics)))) == len(sheet.columns())
    assert set(judge(q, answers, took_ms)) <= {"too_fast", "straight_lining"}


@given(st.data())
def test_what_is_remembered_of_earlier_rows_changes_no_cell(data: st.DataObject) -> None:
    """A sheet that has written many rows writes the next as a fresh one does."""
    q = load("public")
    parts = parts_of(answer_sheet(q).pack(data.draw(answers_for(q, q.topics)), q.topics))

    assert answer_sheet(q).row(parts) == AnswerSheet(q).row(parts)


def _conditions(q: Any) -> dict[str, str]:
    every = (question for topic in (None, *q.topics) for question in q.questions(topic))
    return {question.id: question.show_if.question for question in every if question.show_if}
