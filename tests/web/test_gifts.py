"""Gifts through the Lambda entry point: set, divided, shown and taken away as a table."""

import csv
import io
from typing import Any

import pytest

from app import app
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.gateways.sheets import read_sheet
from chalicelib.associations.store import units
from chalicelib.associations.usecases.register_units import rotate_key
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.store import audit
from chalicelib.web.secretariat.api.gifts import GiftsReply
from infra.drills.events import api_event, lambda_context
from tests import stage
from tests.web.shapes import check_shape
from tests.web.test_api import Reply, call, check_problem
from tests.web.visiting import Session

CUPS = {"name": "=保温杯", "quantity": 11, "floor": 1, "cap": None}


@pytest.fixture(scope="module")
def key() -> str:
    """A key of the secretariat."""
    return stage.secretariat_key()


@pytest.fixture
def campaign() -> str:
    """A campaign of three units, one without a plan."""
    name = stage.make_campaign(plan=6000)
    units.item_of(Unit(campaign=name, code="u2", name="澄明会", province="44", plan=3000)).save()
    units.item_of(Unit(campaign=name, code="u3", name="晨星会", province="44")).save()
    return name


def put(key: str, campaign: str, *gifts: dict[str, Any]) -> Reply:
    """The answer to setting the gifts."""
    return call("PUT", "/api/v1/gifts", {"gifts": gifts}, key, query={"campaign": [campaign]})


def test_gifts_are_divided_by_the_plans_as_they_are(key: str, campaign: str) -> None:
    """A plan that changes changes the division; setting is audited with before and after."""
    first = put(key, campaign, CUPS)
    units.item_of(units.read(campaign, "u3").model_copy(update={"plan": 3000})).save()
    again = call("GET", "/api/v1/gifts", key=key, query={"campaign": [campaign]})

    check_shape(GiftsReply, first.body)
    assert [one["counts"] for one in first.body["units"]] == [[7], [3], [1]]
    assert first.body["gifts"] == [CUPS | {"given": 11, "left": 0}]
    assert [one["counts"] for one in again.body["units"]] == [[5], [3], [3]]
    entry = audit.newest(campaign, 1)[0]
    assert (entry["action"], entry["before"], entry["after"]) == ("gifts.change", [], [CUPS])


@pytest.mark.parametrize("name", ["gifts.csv", "gifts.xlsx"])
def test_the_table_holds_the_division_and_no_formula(key: str, campaign: str, name: str) -> None:
    """With its sums; a gift's name is what somebody typed."""
    put(key, campaign, CUPS, {"name": "书签", "quantity": 5, "cap": 1})
    event = api_event(
        "GET",
        "/api/v1/gifts/{name}",
        headers={"x-api-key": key},
        parameters={"name": name},
        query={"campaign": [campaign]},
    )

    content = stage.content(app(event, lambda_context()))
    rows = [[cell.text for cell in row.cells] for row in read_sheet(content)]

    assert rows[0][-2:] == ["'=保温杯", "书签"]
    assert [row[-2:] for row in rows[1:]] == [["7", "1"], ["3", "1"], ["1", "0"], ["11", "2"], ["0", "3"]]
    if name == "gifts.csv":
        listed = csv.reader(io.StringIO(content.decode("utf-8-sig")))
        assert not [cell for row in listed for cell in row if cell[:1] in set("=+-@")]


@pytest.mark.parametrize(
    ("gift", "pointer"),
    [
        ({"name": ""}, "/gifts/1/name"),
        ({"name": "=保温杯"}, "/gifts/1/name"),
        ({"quantity": -1}, "/gifts/1/quantity"),
        ({"quantity": 1.5}, "/gifts/1/quantity"),
        ({"floor": 5, "cap": 4}, "/gifts/1"),
    ],
)
def test_a_wrong_gift_is_refused_at_its_place(key: str, campaign: str, gift: dict[str, Any], pointer: str) -> None:
    """And what was said before stays."""
    put(key, campaign, CUPS)

    reply = put(key, campaign, CUPS, {"name": "书签", "quantity": 1, "floor": 0} | gift)

    check_problem(reply, 422, "request-invalid")
    assert [error["pointer"] for error in reply.body["errors"]] == [pointer]
    assert len(call("GET", "/api/v1/gifts", key=key, query={"campaign": [campaign]}).body["gifts"]) == 1


def test_gifts_are_the_secretariats_business(campaign: str, key: str) -> None:
    """A unit's key sees none; there is no other table."""
    unit_key = rotate_key(campaign, "u1", now_ms(), "test")

    check_problem(put(unit_key, campaign, CUPS), 403, "not-yours")
    check_problem(call("GET", "/api/v1/gifts", key=unit_key), 403, "not-yours")
    check_problem(call("GET", "/api/v1/gifts/{name}", key=key, parameters={"name": "x.csv"}), 404, "not-found")


def test_the_page_sets_gifts_and_shows_who_gets_how_many(campaign: str, key: str) -> None:
    """What is wrong is shown at its line and what was typed stays; lines without a name don't count."""
    session, resource = Session(key), "/secretariat/gifts"

    wrong = session.post(resource, {"name": "保温杯", "quantity": "十", "floor": "", "cap": ""})
    right = session.post(resource, {"name": "保温杯", "quantity": "11", "floor": "1", "cap": ""})
    page = session.get(resource).body

    assert (wrong.status, right.status) == (422, 303)
    assert 'value="十"' in wrong.body
    assert 'href="#name-1"' in wrong.body
    assert [int(count) for count in _counts(page)] == [7, 3, 1]


def _counts(page: str) -> list[str]:
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [row.rpartition('<td class="n">')[2].partition("<")[0] for row in body.split("</tr>")[:-1]]
