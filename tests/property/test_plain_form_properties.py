"""Whatever is posted to the plain form: a page in reply, and nothing stored that isn't a valid response."""

from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.instrument import questionnaires
from chalicelib.instrument.domain.answers import answer_sheet
from chalicelib.kernel.clock import now_ms
from chalicelib.web.netizen.plain_form import show_form, take_form
from infra.drills.players import Definition
from tests import stage
from tests.plain import Field, asked, fields_of, hidden_fields
from tests.strategies import answers_for

FORM = {"content-type": "application/x-www-form-urlencoded"}
PUBLIC = questionnaires.load("public")
DEFINITION: Definition = PUBLIC.published("zh-Hans")
NAMES = [question["id"] for section in DEFINITION["sections"] for question in section["questions"]]
ODD = st.text(max_size=12) | st.sampled_from(["a", "zz", "7", "-1", "１", "440106", "<b>", "\x00", "_refresh"])
OURS = ["_topic", "_version", "_edition", "_ticket", "_refresh", "q18.province", "q8.", "."]


@pytest.fixture(scope="module")
def code(engine: str) -> str:
    """An open link."""
    stage.prepare()
    return stage.make_link()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    answers=answers_for(PUBLIC, ["privacy"]),
    strays=st.lists(st.tuples(st.sampled_from(NAMES + OURS) | st.text(max_size=8), ODD), max_size=5),
    dropped=st.sets(st.sampled_from(NAMES), max_size=2),
)
def test_any_form(code: str, answers: dict[str, object], strays: list[Field], dropped: set[str]) -> None:
    """A receipt, the form again, or a refusal in words; what is stored is what the answer sheet accepts."""
    carried = [field for field in fields_of(DEFINITION, ["privacy"], answers) if field[0].split(".")[0] not in dropped]
    fields = hidden_fields(show_form(asked(now_ms()), code).body) + carried + strays

    reply = take_form(asked(now_ms(), headers=FORM, body=urlencode(fields, errors="replace").encode()), code)

    assert reply.status_code in {200, 201, 400, 401, 422}
    assert "<!doctype html>" in reply.body
    assert "\x00" not in reply.body
    sheet = answer_sheet(PUBLIC)
    for one in stage.stored(code):
        topics = sorted({name.split("_")[0] for name in one.answers if "_" in name})
        assert sheet.unpack(sheet.pack(one.answers, topics)) == one.answers


@settings(max_examples=150, deadline=None)
@given(
    body=st.binary(max_size=300), kind=st.sampled_from([*FORM.values(), "text/plain", "", "application/json", "ü/x"])
)
def test_any_body(code: str, body: bytes, kind: str) -> None:
    """Bytes that are no form of ours are refused in words."""
    reply = take_form(asked(now_ms(), headers={"content-type": kind}, body=body), code)

    assert reply.status_code in {400, 422}
