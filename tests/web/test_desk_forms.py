"""Desk forms that ask for what a desk doesn't do, or with wrong fields: told in the page's language."""

import re

import pytest

from chalicelib.web.desk.desk_form import number
from tests import stage
from tests.web.visiting import Session

WRONG = [
    ("/secretariat/units", {"code": "-", "name": "", "province": "?", "plan": "many"}),
    ("/secretariat/units", {"code": "44-01", "name": "n", "province": "Atlantis", "plan": ""}),
    ("/secretariat/units/{unit}", {"act": "issue", "channel": "", "edition": "none", "count": "many"}),
    ("/secretariat/units/{unit}", {"act": "contact", "contact_email": "nobody", "contact_phone": "none"}),
    ("/secretariat/new", {"id": "?", "title": "", "opens_at": "soon", "closes_at": "", "schedule": "noon"}),
    ("/secretariat/new", {"id": "x", "title": "t", "opens_at": "2020-01-02T00:00", "closes_at": "2020-01-01T00:00"}),
    ("/secretariat/new", {"id": "x", "title": "t", "opens_at": "2020-01-01T00:00", "closes_at": "2020-01-02T00:00"}),
    ("/secretariat/campaign", {"opens_at": "2020-01-02T00:00", "shows_place": "maybe"}),
    ("/secretariat/links", {"act": "wanted", "channel": "", "edition": "none", "otherwise": "-1"}),
    ("/secretariat/annexes", {"act": "due", "units_due": "soon", "supporters_due": "2021-02-30"}),
    ("/secretariat/members", {"act": "add", "name": "", "role": "king"}),
]


@pytest.fixture
def visitor() -> Session:
    """An administrator at the desk of a campaign with one unit."""
    stage.make_campaign()
    return Session(stage.secretariat_key())


@pytest.mark.parametrize(("resource", "form"), WRONG)
def test_wrong_fields_are_told_in_chinese(visitor: Session, resource: str, form: dict[str, str]) -> None:
    """On a Chinese page, whichever library found them: above the form, and at each field."""
    reply = visitor.post(resource, form, unit="u1")

    told = re.findall(r'<li><a href="#[\w-]+">(.*?)</a></li>', reply.body)
    assert reply.status == 422
    assert told
    assert all(re.search("[\u4e00-\u9fff].*：.*[\u4e00-\u9fff]", one) for one in told), told


@pytest.mark.parametrize(
    "resource", ["", "/units/{unit}", "/links", "/annexes", "/members", "/mail/{mail}"], ids=lambda name: name or "top"
)
def test_an_act_that_no_desk_knows_changes_nothing(visitor: Session, resource: str) -> None:
    """A page that says so, in its own language."""
    reply = visitor.post(f"/secretariat{resource}", {"act": "dance"}, unit="u1", mail="x")

    assert reply.status == 400
    assert "无法理解这个请求" in reply.body


@pytest.mark.parametrize(
    ("typed", "read"), [("", None), ("5,000", 5000), ("0", 0), ("-1", "-1"), ("1.5", "1.5"), ("many", "many")]
)
def test_a_number_is_read_as_people_write_it(typed: str, read: int | str | None) -> None:
    """What is none stays as it is, for the schema to refuse."""
    assert number(typed) == read
