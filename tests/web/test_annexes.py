"""Who hasn't handed in which annex, through the Lambda entry point: the list, the days, and the reminder's order."""

import pytest

from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import contacts, units
from chalicelib.associations.usecases.register_units import rotate_key
from chalicelib.campaigns import campaigns
from chalicelib.jobs import jobs
from chalicelib.kernel.clock import now_ms
from chalicelib.mail.usecases.order_mail import MAILS
from chalicelib.web.secretariat.api.annexes import AnnexesReply
from tests import stage
from tests.web.shapes import check_shape
from tests.web.test_api import call, check_problem
from tests.web.visiting import Session


@pytest.fixture(scope="module")
def key() -> str:
    """A key of the secretariat."""
    return stage.secretariat_key()


@pytest.fixture
def campaign() -> str:
    """`u1` has a plan and an address; `u2` has neither."""
    name = stage.make_campaign(plan=5)
    units.item_of(Unit(campaign=name, code="u2", name="澄明会", province="44", last_year=4321)).save()
    contacts.item_of(name, "u1", Contact(email="u1@units.example")).save()
    return name


def ordered(campaign: str) -> int:
    """How many reminders were ordered."""
    return sum(job.campaign == campaign for job in jobs.of_kind(MAILS.name))


def test_the_list_names_what_is_missing(key: str, campaign: str) -> None:
    """By unit and annex, with the days that a campaign sets and clears."""
    put = {"units_due": "2021-07-16", "supporters_due": "2021-07-20"}
    query, parameters = {"campaign": [campaign]}, {"campaign": campaign}
    call("PUT", "/api/v1/campaigns/{campaign}", put, key, parameters=parameters)
    listed = call("GET", "/api/v1/annexes", key=key, query=query)
    cleared = call("PUT", "/api/v1/campaigns/{campaign}", {"units_due": ""}, key, parameters=parameters)

    check_shape(AnnexesReply, listed.body)
    assert listed.body == put | {
        "missing": [
            {"code": "u1", "name": stage.UNIT_NAME, "units": False, "supporters": True, "reachable": True},
            {"code": "u2", "name": "澄明会", "units": True, "supporters": True, "reachable": False},
        ]
    }
    assert (cleared.body["units_due"], cleared.body["supporters_due"]) == (None, "2021-07-20")


@pytest.mark.parametrize("day", ["2021-02-30", "16.7.2021", "20210716", "x"])
def test_what_is_no_day_is_refused(key: str, campaign: str, day: str) -> None:
    """At its field."""
    reply = call("PUT", "/api/v1/campaigns/{campaign}", {"units_due": day}, key, parameters={"campaign": campaign})

    check_problem(reply, 422, "request-invalid")
    assert [error["pointer"] for error in reply.body["errors"]] == ["/units_due"]


def test_reminders_are_ordered(key: str, campaign: str) -> None:
    """Of those who can be reached; a unit's key orders and sees nothing."""
    query = {"campaign": [campaign]}
    unit_key = rotate_key(campaign, "u1", now_ms(), "test")

    reply = call("POST", "/api/v1/annexes/reminders", key=key, query=query)

    assert (reply.status, reply.body, ordered(campaign)) == (202, {"reminded": 1}, 1)
    check_problem(call("GET", "/api/v1/annexes", key=unit_key), 403, "not-yours")
    check_problem(call("POST", "/api/v1/annexes/reminders", key=unit_key), 403, "not-yours")


def test_the_page_sets_days_and_asks_before_it_reminds(key: str, campaign: str) -> None:
    """What stands beside last year's count; a reminder is sent after a second question alone."""
    session, resource = Session(key), "/secretariat/annexes"

    wrong = session.post(resource, {"act": "due", "units_due": "soon"})
    session.post(resource, {"act": "due", "units_due": "2021-07-16", "supporters_due": ""})
    page = session.get(resource).body
    asked = session.post(resource, {"act": "remind"})
    before = ordered(campaign)
    session.post(resource, {"act": "remind", "confirmed": "1"})

    assert (wrong.status, asked.status) == (422, 200)
    assert campaigns.read(campaign).units_due == "2021-07-16"
    assert 'value="2021-07-16"' in page
    assert "4,321" in page
    assert (before, ordered(campaign)) == (0, 1)
