"""Mending a unit, by API and on its page, through the Lambda entry point."""

from typing import Any

import pytest

from chalicelib.associations.domain.unit import LinksWanted, Unit
from chalicelib.associations.store import units
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Phase
from chalicelib.web.secretariat.api.units import UnitReply
from tests import stage
from tests.web.shapes import check_shape
from tests.web.test_api import call, check_problem
from tests.web.visiting import Session

PATH, PAGE = "/api/v1/units/{unit}", "/secretariat/{campaign}/units/{unit}"


@pytest.fixture
def campaign() -> str:
    """With a second unit of the same province."""
    stage.prepare()
    name = stage.make_campaign(plan=500)
    units.item_of(Unit(campaign=name, code="u2", name="澄明信息协会", province="44")).save()
    return name


@pytest.fixture
def key() -> str:
    """The secretariat's."""
    return stage.secretariat_key()


def patch(campaign: str, key: str, body: object, **headers: str) -> Any:
    """A change of the first unit."""
    parameters, query = {"unit": "u1"}, {"campaign": [campaign]}
    return call("PATCH", PATH, body, key, parameters=parameters, query=query, headers=headers)


def test_what_is_said_changes_and_the_rest_stays(campaign: str, key: str) -> None:
    """Null takes out; a number of links that changes is no longer broken down by kinds."""
    kinds = (LinksWanted(edition="public", channel="学校", count=4),)
    said = {"links_wanted": 4, "links_by": kinds, "city": "广州"}
    units.item_of(units.read(campaign, "u1").model_copy(update=said)).save()

    reply = patch(campaign, key, {"name": "远帆协会", "province": "天津", "plan": None})
    same = units.read(campaign, "u1")
    patch(campaign, key, {"links_wanted": 9})
    now = units.read(campaign, "u1")

    assert reply.status == 200
    check_shape(UnitReply, reply.body)
    assert (same.name, same.province, same.plan, same.city, same.links_by) == ("远帆协会", "12", None, "广州", kinds)
    assert (now.links_wanted, now.links_by) == (9, ())


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"name": None}, "/name"),
        ({"province": "月球"}, "/province"),
        ({"plan": 0}, "/plan"),
        ({"plan": "5000"}, "/plan"),
        ({"name": "澄明 信息协会"}, "/name"),
    ],
)
def test_what_doesn_t_fit_is_refused(campaign: str, key: str, body: object, pointer: str) -> None:
    """By its field, also a name that another unit of the province has; nothing changes."""
    before = units.read(campaign, "u1")

    reply = patch(campaign, key, body)

    check_problem(reply, 422, "request-invalid")
    assert [error["pointer"] for error in reply.body["errors"]] == [pointer]
    assert units.read(campaign, "u1") == before


def test_nothing_changes_that_wasn_t_seen(campaign: str, key: str) -> None:
    """By the `ETag`, and by what the page showed."""
    seen = call("GET", PATH, None, key, parameters={"unit": "u1"}, query={"campaign": [campaign]}).headers["etag"]
    office = Session(key)
    page = office.get(PAGE, campaign=campaign, unit="u1").body
    shown = page.partition('id="change"')[2].partition('name="seen" value="')[2].partition('"')[0]

    first = patch(campaign, key, {"plan": 7}, **{"if-match": seen})
    late = patch(campaign, key, {"plan": 8}, **{"if-match": seen})
    form = {"act": "change", "name": "又名", "province": "广东", "seen": shown}
    also = office.post(PAGE, form, campaign=campaign, unit="u1")

    assert first.status == 200
    check_problem(late, 412, "precondition-failed")
    assert (also.status, units.read(campaign, "u1").plan, units.read(campaign, "u1").name) == (412, 7, stage.UNIT_NAME)


def test_the_page_mends_a_unit(campaign: str, key: str) -> None:
    """A fault stands at its field, with what was typed."""
    office = Session(key)
    form = {
        "act": "change",
        "name": "远帆协会",
        "province": "广东省",
        "city": "深圳",
        "plan": "6,000",
        "links_wanted": "",
    }

    wrong = office.post(PAGE, form | {"province": "月球"}, campaign=campaign, unit="u1")
    done = office.post(PAGE, form, campaign=campaign, unit="u1")

    assert (wrong.status, done.status) == (422, 303)
    assert 'value="月球"' in wrong.body
    assert 'id="province-wrong"' in wrong.body
    unit = units.read(campaign, "u1")
    assert (unit.name, unit.city, unit.plan, unit.links_wanted) == ("远帆协会", "深圳", 6000, None)


def test_a_sealed_campaign_s_units_stay(campaign: str, key: str) -> None:
    """What was sealed is what held."""
    campaigns.change(campaign, lambda c: c.model_copy(update={"phase": Phase.SEALED}))

    check_problem(patch(campaign, key, {"plan": 7}), 409, "sealed")
