"""The form without JavaScript: everything typed is kept, nothing forged is stored."""

from random import Random
from typing import Any
from urllib.parse import urlencode

import pytest

from chalicelib.instrument import questionnaires
from chalicelib.kernel.clock import now_ms
from chalicelib.web.netizen.plain_form import show_form, take_form
from tests import stage
from tests.plain import asked, chosen_answers, fields_of, hidden_fields

FORM = {"content-type": "application/x-www-form-urlencoded"}


def sent(
    code: str, fields: list[tuple[str, str]], query: dict[str, str] | None = None, at_ms: int | None = None
) -> Any:
    """The reply to the form's submission."""
    return take_form(asked(at_ms or now_ms(), query or {}, headers=FORM, body=urlencode(fields).encode()), code)


def fresh(code: str) -> list[tuple[str, str]]:
    """The fields that a fresh form carries."""
    return hidden_fields(show_form(asked(now_ms()), code).body)


@pytest.mark.parametrize("edition", questionnaires.EDITIONS)
@pytest.mark.parametrize("seed", range(5))
def test_what_is_filled_in_is_stored(edition: str, seed: int) -> None:
    """Any valid answers arrive as they were given, to each topic alone and to two; the same form again gives the same
    receipt."""
    code, q = stage.make_link(edition=edition), questionnaires.load(edition)
    definition, topics = q.published("zh-Hans"), [*dict.fromkeys((q.topics * 5)[seed : seed + 1 + seed // 3])]
    answers = chosen_answers(definition, topics, Random(seed))
    fields = fresh(code) + fields_of(definition, topics, answers)

    first, second = sent(code, fields), sent(code, fields)

    [one] = stage.stored(code)
    assert one.answers == answers
    assert (first.status_code, second.status_code) == (201, 200)
    assert one.response.receipt in first.body
    assert one.response.receipt in second.body


def test_what_is_missing_is_named_and_what_was_typed_is_kept() -> None:
    """422: the summary leads to the fields, the same ticket stays, and nothing is stored."""
    code = stage.make_link()
    fields = [*fresh(code), ("q1", "b"), ("q21", 'a "quote" <script>alert(1)</script>\r\nnext')]

    reply = sent(code, fields, {"lang": "en"})

    assert reply.status_code == 422
    assert 'href="#f-q2"' in reply.body
    assert 'href="#f-q8.' in reply.body
    assert 'name="q1" value="b" checked' in " ".join(reply.body.split())
    assert "a &#34;quote&#34; &lt;script&gt;alert(1)&lt;/script&gt;\nnext</textarea>" in reply.body
    assert dict(fields)["_ticket"] in reply.body
    assert stage.stored(code) == []


def test_a_region_is_chosen_in_two_steps() -> None:
    """The province brings its counties; a county of another province is dropped with it."""
    code = stage.make_link()
    start = fresh(code)

    counties = sent(code, [*start, ("q18.province", "440000"), ("_refresh", "1")])
    moved = sent(code, [*start, ("q18.province", "110000"), ("q18", "440106"), ("_refresh", "1")])

    assert counties.status_code == 200
    assert '<option value="440106"' in counties.body
    assert 'value="440106" selected' not in moved.body
    assert '<option value="110105"' in moved.body


def test_answers_to_hidden_questions_are_left_out() -> None:
    """What a branch hides is dropped, as the form says it is, instead of being refused."""
    code, q = stage.make_link(), questionnaires.load("public")
    definition = q.published("zh-Hans")
    answers = chosen_answers(definition, ["privacy"], Random(1)) | {"privacy_1": "a"}
    for hidden in ("privacy_2", "privacy_3"):
        answers.pop(hidden, None)
    fields = [*fields_of(definition, ["privacy"], answers), ("privacy_2", "a"), ("shopping_1", "a"), ("nothing", "x")]

    reply = sent(code, fresh(code) + fields)

    assert reply.status_code == 201
    assert stage.stored(code)[0].answers == answers


@pytest.mark.parametrize(
    "forged",
    [("q1", "zz"), ("q4", "zz"), ("q8.r1", "11"), ("q8.r1", "x"), ("q16", "zz"), ("q18", "999999"), ("q13", "<b>")],
)
def test_forged_values_are_refused(forged: tuple[str, str]) -> None:
    """An option, star or region that doesn't exist: 422 at its question, and nothing stored."""
    code, q = stage.make_link(), questionnaires.load("public")
    definition = q.published("zh-Hans")
    name = forged[0] if forged[0] != "q8.r1" else f"q8.{definition_row(definition)}"
    good = fields_of(definition, ["privacy"], chosen_answers(definition, ["privacy"], Random(2)))

    reply = sent(code, [*fresh(code), *(field for field in good if not field[0].startswith(name)), (name, forged[1])])

    assert reply.status_code == 422
    assert stage.stored(code) == []


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"content-type": "application/json"}, b"{}", 400),
        ({}, b"_ticket=x", 400),
        (FORM, b"\xff\xfe=1", 400),
        (FORM, b"_ticket=%ff", 400),
        (FORM, b"", 400),
        (FORM, b"_ticket=x&_ticket=y&_edition=public&_version=2026.1", 400),
        (FORM, b"_ticket=x&_edition=none&_version=2026.1", 400),
        (FORM, b"_ticket=x&_edition=public&_version=0", 400),
        (FORM, b"&".join(b"a=1" for _ in range(1000)), 400),
        (FORM, b"q21=" + b"x" * 70_000, 413),
    ],
)
def test_what_is_no_form_of_ours_is_refused(headers: dict[str, str], body: bytes, status: int) -> None:
    """A page that says so, never an error of ours."""
    reply = take_form(asked(now_ms(), headers=headers, body=body), stage.make_link())

    assert reply.status_code == status
    assert "没有看懂" in reply.body


def test_a_forged_ticket_is_refused() -> None:
    """401, once the answers are complete; nothing is stored."""
    code, q = stage.make_link(), questionnaires.load("public")
    definition = q.published("zh-Hans")
    good = fields_of(definition, ["privacy"], chosen_answers(definition, ["privacy"], Random(3)))
    forged = [("_ticket", "k1.e30.AAAA"), ("_edition", "public"), ("_version", "2026.1")]

    reply = sent(code, forged + good)

    assert reply.status_code == 401
    assert stage.stored(code) == []


def test_too_late_is_said_so() -> None:
    """A form filled in over the close: 410 and in words; but what was stored before keeps its receipt."""
    campaign = stage.make_campaign()
    code, q = stage.make_link(campaign), questionnaires.load("public")
    definition = q.published("zh-Hans")
    good = fields_of(definition, ["privacy"], chosen_answers(definition, ["privacy"], Random(4)))
    stored, late = fresh(code) + good, fresh(code) + good
    first = sent(code, stored)
    stage.move_close(campaign, -1)

    assert sent(code, late).status_code == 410
    assert sent(code, [*fresh_of(late), ("q1", "a")]).status_code == 410
    again = sent(code, stored)
    assert (again.status_code, len(stage.stored(code))) == (200, 1)
    assert stage.stored(code)[0].response.receipt in first.body


def definition_row(definition: dict[str, Any]) -> str:
    """The first row of the first matrix."""
    questions = [question for section in definition["sections"] for question in section["questions"]]
    return str(next(question for question in questions if question["id"] == "q8")["rows"][0]["id"])


def fresh_of(fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The form's own fields among these."""
    return [field for field in fields if field[0] in {"_ticket", "_edition", "_version"}]
