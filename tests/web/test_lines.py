"""One rule for every text that a person writes and others read, whichever door it comes in by."""

import inspect
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from chalicelib.associations.domain.read_table import read_table
from chalicelib.associations.domain.spreadsheet import Cell, Row
from chalicelib.associations.domain.supporter_rows import SUPPORTERS
from chalicelib.associations.domain.table import Form
from chalicelib.associations.domain.unit_rows import unit_form
from chalicelib.instrument import questionnaires
from chalicelib.kernel.errors import RequestInvalid
from chalicelib.kernel.lines import as_line, is_line
from chalicelib.kernel.texts import texts as texts_of
from chalicelib.web.openapi.document import operations
from chalicelib.web.rim import campaign_requests, schemas
from chalicelib.web.rim.caller import read_as
from chalicelib.web.rim.schemas import Address, LinksRequest, Payload
from tests import stage
from tests.web.visiting import Session

HOSTILE = {
    "line break": "标题\r\nBcc: v@x.example",
    "nothing": "青\0禾",
    "right to left": "青禾\u202e会",
    "no width": "青\u200b禾",
    "byte order": "\ufeff青禾",
    "no character": "青\uffff禾",
    "separator": "青\u2028禾",
    "private": "青\ue000禾",
    "filler": "\u3164",
    "half a pair": "青\ud800禾",
}
OTHERWISE = {
    "code": "a pattern of letters and digits",
    "province": "looked up among the divisions",
    "units_due": "a day, as Python writes it",
    "supporters_due": "likewise",
}
"""Fields that take words of their own."""
FORMS = [
    ("/secretariat/units", {"code": "44-09", "name": "{}", "province": "44", "plan": ""}),
    ("/secretariat/units", {"code": "44-09", "name": "n", "province": "{}", "plan": ""}),
    ("/secretariat/units/{unit}", {"act": "issue", "channel": "{}", "edition": "public", "count": "1", "labels": ""}),
    ("/secretariat/units/{unit}", {"act": "issue", "channel": "c", "edition": "public", "labels": "a\r\n{}"}),
    ("/secretariat/units/{unit}", {"act": "label", "link": "{link}", "label": "{}"}),
    ("/secretariat/units/{unit}", {"act": "contact", "contact_name": "{}"}),
    ("/secretariat/units/{unit}", {"act": "contact", "contact_email": "{}@b.example"}),
    ("/secretariat/campaign", {"title": "{}"}),
    ("/secretariat/campaign", {"recipients": "ok@b.example\r\n{}@b.example"}),
    (
        "/secretariat/new",
        {"id": "new-1", "title": "{}", "opens_at": "2041-01-01T00:00", "closes_at": "2041-01-02T00:00"},
    ),
    ("/secretariat/links", {"act": "wanted", "channel": "{}", "edition": "public", "otherwise": "1"}),
    ("/secretariat/members", {"act": "add", "name": "{}", "role": "reader"}),
    ("/secretariat/gifts", {"name": "{}", "quantity": "1", "floor": "0", "cap": "1"}),
]
"""What the desks' pages send, `{}` being what somebody types."""
LINE_BREAKS = {"line break", "separator"}
"""What a form of several lines, or a cell of a workbook, takes apart or joins, and so needn't refuse."""


def payloads() -> Iterator[type[BaseModel]]:
    """Every payload of the API and of the pages."""
    taken = [op.takes for op in operations() if isinstance(op.takes, type)]
    modules = (schemas, campaign_requests)
    listed = [one for module in modules for _, one in inspect.getmembers(module, inspect.isclass)]
    named = [one for one in listed if issubclass(one, Payload)]
    found: set[type[BaseModel]] = {one for one in [*taken, *named] if issubclass(one, BaseModel)} - {Payload, BaseModel}
    fields = [field for one in found for field in one.model_fields.values()]
    inner = {arg for field in fields for arg in get_args(field.annotation) if inspect.isclass(arg)}
    return iter(sorted(found | {one for one in inner if issubclass(one, BaseModel)}, key=lambda one: one.__name__))


def texts(model: type[BaseModel]) -> Iterator[str]:
    """The names of its fields that may hold a text."""
    for name, field in model.model_fields.items():
        adapter = TypeAdapter(field.rebuild_annotation())
        for shape in ("x", ["x"], "a@b.example", ["a@b.example"]):
            try:
                adapter.validate_python(shape)
            except ValidationError:
                continue
            yield name
            break


@pytest.fixture
def visitor(engine: str) -> tuple[Session, str]:
    """An administrator at the desk of a campaign, and a link of its unit."""
    campaign = stage.make_campaign()
    return Session(stage.secretariat_key()), stage.make_link(campaign)


FIELDS = [(model, name) for model in payloads() for name in texts(model) if name not in OTHERWISE]


def test_there_are_such_fields() -> None:
    """The names that people give: if this shrinks, the test has lost sight of some."""
    assert {"title", "name", "label", "labels", "channel", "city", "email", "recipients"} <= {
        name for _, name in FIELDS
    }


@pytest.mark.parametrize(("model", "name"), FIELDS, ids=lambda one: one if isinstance(one, str) else one.__name__)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_nobody_sees_is_refused_everywhere(model: type[BaseModel], name: str, hostile: str) -> None:
    """By every payload, in every field that takes a person's words."""
    adapter = TypeAdapter(model.model_fields[name].rebuild_annotation())

    for text in (HOSTILE[hostile], HOSTILE[hostile] + "@b.example"):
        for value in (text, [text]):
            with pytest.raises(ValidationError):
                adapter.validate_python(value)


@pytest.mark.parametrize(
    "address",
    [
        *("a@b\0", "a;b@c.example", "a@b.example, c@d.example", "a b@c.example", "<a@b.example>"),
        *('"a@b.example', "a(b@c.example", "a@[b.example", "a..b@c.example", "青@b.example", "a@b..example"),
    ],
)
def test_an_address_is_one_address(address: str) -> None:
    """For recipients as for contacts."""
    with pytest.raises(ValidationError):
        TypeAdapter(Address).validate_python(address)


@given(st.text())
def test_whatever_was_stored_can_be_written_in_one_line(text: str) -> None:
    """And what is one already stays as it is."""
    line = as_line(text)

    assert is_line(line)
    assert as_line(line) == line
    assert line == " ".join(text.split()) or not is_line(text)


@pytest.mark.parametrize("hostile", HOSTILE.keys() - {"half a pair"})  # which no form can carry
@pytest.mark.parametrize(("resource", "form"), FORMS)
def test_pages_refuse_the_same(visitor: tuple[Session, str], resource: str, form: dict[str, str], hostile: str) -> None:
    """And say so on the page, which stays free of it."""
    desk, link = visitor
    typed = {name: value.replace("{link}", link).replace("{}", HOSTILE[hostile]) for name, value in form.items()}

    reply = desk.post(resource, typed, unit="u1")

    assert reply.status == (303 if hostile == "line break" and "labels" in form and "{}" in form["labels"] else 422)


@pytest.mark.parametrize("hostile", HOSTILE.keys() - LINE_BREAKS)
@pytest.mark.parametrize("form", [unit_form(questionnaires.regions()), SUPPORTERS], ids=["units", "supporters"])
def test_imports_refuse_the_same(form: Form, hostile: str) -> None:
    """In every column, and name its row and column."""
    headings = Row(1, tuple(Cell(one.called[0]) for one in form.fields))
    row = Row(2, tuple(Cell(HOSTILE[hostile]) for _ in form.fields))

    sheet = read_table([headings, row], form, lambda number, **said: (number, said))

    assert {(one.row, one.column) for one in sheet.rejections} == {(2, one.name) for one in form.fields}
    assert {one.reason for one in sheet.rejections} == {"characters"}


def test_the_reason_is_told_in_both_languages() -> None:
    """With a pointer to the field."""
    with pytest.raises(RequestInvalid) as refused:
        read_as(LinksRequest, {"channel": "c", "edition": "public", "labels": ["a", HOSTILE["no width"]]})

    assert [(one.pointer, one.reason) for one in refused.value.errors] == [("/labels/1", "characters")]
    for lang in ("en", "zh-Hans"):
        assert {"characters"} <= texts_of("fields", lang).keys() & texts_of("imports", lang).keys()


def test_usual_names_are_lines() -> None:
    """Of here and of elsewhere, with the marks that names have."""
    names: list[Any] = ["青禾网络安全协会", "澄明·会（筹）", "Zoë O’Neill — 2026", "𠮷野家", "ｶﾅ 100％", "é"]

    assert all(map(is_line, names))


def test_marks_need_something_to_be_on() -> None:
    """Alone they are a name that nobody can see or click."""
    assert is_line("葛\U000e0100城")
    assert not is_line("\ufe0f\u0301")
