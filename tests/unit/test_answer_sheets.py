"""Whole responses: how every wrong field is named, how they are packed, and how they are written out."""

import json
from random import Random
from typing import Any

import pytest

from chalicelib.instrument.domain.answers import parts_of
from infra.drills.players import random_answers
from tests.answering import GOOD, PRIVACY, PUBLIC, SHEET, refused, unpacked


def test_every_wrong_field_is_named_in_the_questionnaires_order() -> None:
    """Missing, wrong, unknown and misplaced fields of one response, each once."""
    answers = GOOD | {"q1": 1, "q9": {}, "zz": 1, "a/b": 2, "privacy_1": "a", "\ud800": 3}
    del answers["q13"]

    assert list(refused(answers).items()) == [
        ("/answers/q1", "expected the id of one option, as a string"),
        *((f"/answers/q9/{row}", "please rate this row (1 to 10)") for row in GOOD["q9"]),
        ("/answers/q13", "please answer this question"),
        ("/answers/a~1b", "no such question in this questionnaire"),
        ("/answers/privacy_1", "this question belongs to a topic that was not named"),
        ("/answers/zz", "no such question in this questionnaire"),
        ("/answers/?", "no such question in this questionnaire"),
    ]


def test_optional_questions_may_be_left_out_but_not_null() -> None:
    """Income may be missing; null is a wrong type like any other."""
    answers = {key: answer for key, answer in GOOD.items() if key not in {"q20", "q21"}}

    assert unpacked(answers) == unpacked(answers | {"q21": " "})
    assert refused(answers | {"q20": None}).keys() == {"/answers/q20"}


@pytest.mark.parametrize("answers", [None, [], "q1", 7, [["q1", "a"]]])
def test_answers_are_an_object(answers: Any) -> None:
    """Anything else is refused as a whole."""
    assert refused(answers) == {"/answers": "answers must be an object keyed by question id"}


@pytest.mark.parametrize(
    ("topics", "pointers"),
    [
        ("privacy", ["/topics"]),
        (None, ["/topics"]),
        ({"privacy": 1}, ["/topics"]),
        (["nope"], ["/topics/0"]),
        ([""], ["/topics/0"]),
        ([["privacy"]], ["/topics/0"]),
        ([None, True], ["/topics/0", "/topics/1"]),
        (["privacy", "privacy"], ["/topics/1"]),
    ],
)
def test_topics_are_a_list_without_repeats(topics: Any, pointers: list[str]) -> None:
    """What is wrong with topics is named there, and makes no answer wrong."""
    assert list(refused(GOOD | PRIVACY, topics)) == pointers


def test_topics_named_must_be_answered() -> None:
    """All required questions of a topic that are shown; those of other topics take no answer."""
    assert refused(GOOD, ["privacy"]).keys() == {f"/answers/{question}" for question in PRIVACY}
    assert refused(GOOD | PRIVACY).keys() == {f"/answers/{question}" for question in PRIVACY}
    assert refused(GOOD | PRIVACY | {"shopping_1": "a"}, ["privacy"]).keys() == {"/answers/shopping_1"}


def test_a_question_not_shown_takes_no_answer() -> None:
    """Who met no leak isn't asked about it; who did must say."""
    hidden = GOOD | PRIVACY | {"privacy_2": ["a"]}
    asked = GOOD | PRIVACY | {"privacy_1": "b"}

    assert refused(hidden, ["privacy"]) == {"/answers/privacy_2": "this question was not shown and takes no answer"}
    assert refused(asked, ["privacy"]).keys() == {"/answers/privacy_2", "/answers/privacy_3"}
    assert unpacked(asked | {"privacy_2": ["h"], "privacy_3": ["g"]}, ("privacy",))["privacy_3"] == ["g"]


def test_conditions_follow_each_other() -> None:
    """A question that depends on one not shown isn't shown either; on a multiple, any option will do."""
    shopping = {"shopping_1": "e", "shopping_6": "a", "shopping_7": 5}
    buyer = shopping | {"shopping_1": "a", "shopping_2": ["a"], "shopping_5": ["a"]}

    assert unpacked(GOOD | shopping, ("shopping",)).items() >= shopping.items()
    assert refused(GOOD | shopping | {"shopping_4": "a"}, ["shopping"]).keys() == {"/answers/shopping_4"}
    assert refused(GOOD | buyer | {"shopping_3": ["b", "h"]}, ["shopping"]).keys() == {"/answers/shopping_4"}
    assert unpacked(GOOD | buyer | {"shopping_3": ["i"]}, ("shopping",))["shopping_3"] == ["i"]


def test_a_wrong_answer_is_not_held_against_those_that_depend_on_it() -> None:
    """Nobody can tell whether they were shown: left out is fine, and what is there is looked at."""
    assert refused(GOOD | PRIVACY | {"privacy_1": "z"}, ["privacy"]).keys() == {"/answers/privacy_1"}
    assert refused(GOOD | PRIVACY | {"privacy_1": 1, "privacy_2": ["z"]}, ["privacy"]).keys() == {
        "/answers/privacy_1",
        "/answers/privacy_2",
    }


def test_messages_fall_back_to_chinese() -> None:
    """Where there are no words in the language that was asked for."""
    wrong = GOOD | {"q1": 1}

    assert refused(wrong, lang="zh-Hans") == {"/answers/q1": "应为一个选项的编号（文本）"}
    assert refused(wrong, lang="fr") == refused(wrong, lang="zh-Hans")


def test_a_typical_response_is_small() -> None:
    """Three topics, without an opinion: far from the kilobyte of a write unit."""
    rng = Random(3)
    definition = PUBLIC.published("en")
    topics = PUBLIC.topics[:3]
    many = [random_answers(definition, topics, rng, opinions=0) for _ in range(200)]

    sizes = [len(SHEET.pack(answers, topics).encode()) for answers in many]

    assert max(sizes) <= 250


def test_the_packed_form_is_what_it_was() -> None:
    """A stored response of this version, written by hand: packs and unpacks for ever."""
    answers = {
        "q1": "c", "q2": "b", "q3": "a", "q4": ["b", "a"], "q5": ["j"], "q6": ["c"], "q7": ["i"],
        "q8": {"nuisance": 1, "data_misuse": 2, "fraud": 3, "intrusion": 4, "falsehood": 5},
        "q9": {"safe": 6, "in_control": 7, "worried": 8, "supported": 9, "weary": 10},
        "q10": "d", "q11": "e",
        "q12": {"laws": 1, "enforcement": 1, "crime": 2, "platforms": 2, "education": 3, "redress": 3},
        "q13": "b", "q14": "d", "q15": "e", "q16": "c2", "q17": "a1", "q18": "440106", "q19": "a", "q21": "好\n\"",
    } | PRIVACY  # fmt: skip

    packed = SHEET.pack(answers, ["privacy"])

    assert packed == (
        '{"":[2,1,0,3,512,4,256,[1,2,3,4,5],[6,7,8,9,10],3,4,[1,1,2,2,3,3],1,3,4,11,0,440106,0,null,"好\\n\\""],'
        '"privacy":[0,null,null,2,1,0,null,7]}'
    )
    assert SHEET.unpack(packed) == answers | {"q4": ["a", "b"]}
    assert json.loads(packed)


def test_an_export_has_a_column_for_each_row_and_topic() -> None:
    """Common questions first, then each topic's; several choices joined by `;`, empty where not answered."""
    columns = SHEET.columns()
    answers = GOOD | PRIVACY | {"q4": ["a", "c"], "privacy_8": 9}
    parts = parts_of(SHEET.pack(answers, ["privacy"]))

    row = dict(zip(columns, SHEET.row(parts), strict=True))

    assert len(set(columns)) == len(columns)
    assert columns[:9] == ["q1", "q2", "q3", "q4", "q5", "q6", "q7", "q8.nuisance", "q8.data_misuse"]
    assert columns[-1] == f"{PUBLIC.topics[-1]}_{len(PUBLIC.questions(PUBLIC.topics[-1]))}"
    assert row["q4"] == "a;c"
    assert [row[f"q9.{name}"] for name in answers["q9"]] == [str(stars) for stars in answers["q9"].values()]
    assert {column.partition(".")[0] for column, cell in row.items() if cell} == answers.keys()


def test_a_row_hides_what_must_not_leave_the_house() -> None:
    """A telephone number in somebody's own words, and what a spreadsheet would take for a formula."""
    place = SHEET.columns().index("q21")

    written = [
        SHEET.row(parts_of(SHEET.pack(GOOD | {"q21": words}, ())))[place] for words in ("=1+1", "打 13800138000")
    ]

    assert written == ["'=1+1", "打 138****8000"]
