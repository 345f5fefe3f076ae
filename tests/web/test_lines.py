"""One rule for every text that a person writes and others read, whichever door it comes in by."""

import inspect
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter, ValidationError

from chalicelib.kernel.lines import as_line, is_line
from chalicelib.web.openapi.document import operations
from chalicelib.web.rim import schemas
from chalicelib.web.rim.schemas import Address, Payload

HOSTILE = {
    "line break": "标题\r\nBcc: v@x.example",
    "nothing": "青\0禾",
    "right to left": "青禾\u202e会",
    "no width": "青\u200b禾",
    "byte order": "\ufeff青禾",
    "no character": "青\uffff禾",
    "separator": "青\u2028禾",
    "private": "青\ue000禾",
}
OTHERWISE = {"code", "province", "units_due", "supporters_due"}
"""Fields that take words of their own: codes, divisions, days."""


def payloads() -> Iterator[type[BaseModel]]:
    """Every payload of the API and of the pages."""
    taken = [op.takes for op in operations() if isinstance(op.takes, type)]
    named = [one for _, one in inspect.getmembers(schemas, inspect.isclass) if issubclass(one, Payload)]
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
    "address", ["a@b\0", "a;b@c.example", "a@b.example, c@d.example", "a b@c.example", "<a@b.example>"]
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


def test_usual_names_are_lines() -> None:
    """Of here and of elsewhere, with the marks that names have."""
    names: list[Any] = ["青禾网络安全协会", "澄明·会（筹）", "Zoë O’Neill — 2026", "𠮷野家", "ｶﾅ 100％", "é"]

    assert all(map(is_line, names))
