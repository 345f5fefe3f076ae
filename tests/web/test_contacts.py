"""A unit's contact: set by API and on its page, seen by the secretariat alone, never written into the audit."""

import json

import pytest

from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.store import contacts, units
from chalicelib.associations.usecases.register_units import rotate_key
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.store import audit
from chalicelib.web.secretariat.api.units import ContactReply, UnitReply, Units
from tests import stage
from tests.web.shapes import check_shape
from tests.web.test_api import Reply, call, check_problem
from tests.web.visiting import Session

PERSON = {"name": "林青", "email": "lin@qinghe.example", "phone": "020-8765 4321转12", "wants_digest": True}
RESOURCE = "/api/v1/units/{unit}/contact"


@pytest.fixture(scope="module")
def key() -> str:
    """A key of the secretariat."""
    return stage.secretariat_key()


def put(key: str, campaign: str, contact: object, unit: str = "u1") -> Reply:
    """The answer to setting a unit's contact."""
    return call("PUT", RESOURCE, contact, key, parameters={"unit": unit}, query={"campaign": [campaign]})


def test_a_unit_is_registered_with_its_contact(key: str) -> None:
    """It is in the secretariat's list, and not in the unit's document."""
    campaign = stage.make_campaign()
    unit = {"code": "44-09", "name": "青禾会", "province": "44", "contact": PERSON}

    made = call("POST", "/api/v1/units", unit, key, query={"campaign": [campaign]})
    listed = call("GET", "/api/v1/units", key=key, query={"campaign": [campaign]})

    check_shape(UnitReply, made.body)
    check_shape(Units, listed.body)
    assert made.body["contact"] == PERSON
    assert [unit["contact"] for unit in listed.body["units"]] == [PERSON, None]
    assert "qinghe" not in units.read(campaign, "44-09").model_dump_json()


def test_a_contact_is_replaced_whole(key: str) -> None:
    """What the later one leaves out is no longer known; the same again is no change."""
    campaign = stage.make_campaign()

    first = put(key, campaign, PERSON)
    again = put(key, campaign, {"email": "office@qinghe.example"})
    put(key, campaign, {"email": "office@qinghe.example"})

    check_shape(ContactReply, first.body)
    assert (first.status, again.status) == (200, 200)
    assert contacts.read(campaign, "u1") == Contact(email="office@qinghe.example")
    assert [entry["action"] for entry in audit.newest(campaign, 9)] == ["unit.contact"] * 2


def test_the_audit_tells_of_a_contact_without_giving_it_away(key: str) -> None:
    """Who changed what, but no address and no number that could be used."""
    campaign = stage.make_campaign()
    put(key, campaign, PERSON)

    (entry,) = audit.newest(campaign, 9)

    assert entry["after"] == {"name": "林*", "phone": "*转12", "email": "l*@qinghe.example", "wants_digest": True}
    assert "lin@" not in json.dumps(entry)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "青" * 41),
        ("email", "no address"),
        ("email", "two@a.example, two@b.example"),
        ("email", "lin@qinghe"),
        ("phone", "call me"),
        ("phone", "1" * 41),
        ("wants_digest", "yes"),
    ],
)
def test_what_is_no_contact_is_refused_at_its_field(key: str, field: str, value: object) -> None:
    """And what was known stays."""
    campaign = stage.make_campaign()
    put(key, campaign, PERSON)

    reply = put(key, campaign, PERSON | {field: value})

    check_problem(reply, 422, "request-invalid")
    assert [error["pointer"] for error in reply.body["errors"]] == [f"/{field}"]
    assert contacts.read(campaign, "u1") == Contact(**PERSON)


def test_a_contact_is_the_secretariats_business(key: str) -> None:
    """A unit's key neither sets nor sees one; an unknown unit has none."""
    campaign = stage.make_campaign()
    unit_key = rotate_key(campaign, "u1", now_ms(), "test")

    check_problem(put(unit_key, campaign, PERSON), 403, "not-yours")
    check_problem(call("GET", "/api/v1/units", key=unit_key), 403, "not-yours")
    check_problem(put(key, campaign, PERSON, unit="u2"), 404, "not-found")
    assert contacts.of_campaign(campaign) == {}


def test_a_contact_is_set_on_the_units_page(key: str) -> None:
    """A wrong address keeps what was typed and stores nothing; a right one is there on the next look."""
    campaign, session = stage.make_campaign(), Session(key)
    typed = {"act": "contact", "contact_name": "林青", "contact_email": "lin", "wants_digest": "1"}

    wrong = session.post("/secretariat/units/{unit}", typed, unit="u1")
    stored = contacts.read(campaign, "u1")
    right = session.post("/secretariat/units/{unit}", typed | {"contact_email": "lin@qinghe.example"}, unit="u1")
    page = session.get("/secretariat/units/{unit}", unit="u1")

    assert (wrong.status, stored, right.status) == (422, None, 303)
    assert 'value="lin"' in wrong.body
    assert 'id="contact_email-wrong"' in wrong.body
    assert 'value="lin@qinghe.example"' in page.body
    assert contacts.read(campaign, "u1") == Contact(name="林青", email="lin@qinghe.example", wants_digest=True)
