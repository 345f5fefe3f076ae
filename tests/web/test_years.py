"""Several campaigns side by side: which one is meant, and what takes part in several."""

import json
from typing import Any

import pytest

from app import app
from chalicelib.access.domain.roles import Rank
from chalicelib.access.store import sign_ins
from chalicelib.access.store.sign_ins import SignIn
from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import contacts, units
from chalicelib.associations.usecases.register_units import register_unit, rotate_key
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import PAGES
from chalicelib.jobs.run_leased import take_up
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import key_hash, random_code
from chalicelib.kernel.settings import settings
from chalicelib.links.store import links
from chalicelib.mail.usecases import send_mail
from chalicelib.sealing.close_collection import close_collection
from chalicelib.years.take_over import TAKE_OVER
from infra.drills.events import api_event, lambda_context
from tests import stage
from tests.web.visiting import Session

UNIT = {"code": "GD09", "name": "青禾会", "province": "广东"}


def ask(method: str, route: str, key: str = "", body: Any = None, **query: str) -> Any:
    """Status and body of a request that names no campaign unless it is said."""
    parameters = {name[1:]: query.pop(name) for name in list(query) if name.startswith("_")}
    asked = {name: [value] for name, value in query.items()} or None
    headers = {"x-api-key": key} if key else {}
    event = api_event(method, route, headers=headers, body=body, query=asked, parameters=parameters or None)
    answer = app(event, lambda_context())
    return answer["statusCode"], json.loads(answer["body"])


@pytest.fixture
def years(engine: str) -> tuple[str, str]:
    """Only these: one that is open, and one that opens next."""
    stage.prepare()
    stage.remove_campaigns()
    earlier = stage.make_campaign(closes_in_ms=stage.HOUR_MS, plan=5)
    later = stage.make_campaign(opens_in_ms=2 * stage.HOUR_MS, closes_in_ms=stage.DAY_MS)
    units.UnitItem(later, "u1").delete()
    return earlier, later


def seal(campaign: str) -> None:
    """Closes a campaign and seals it."""
    stage.move_close(campaign, -settings().settle_s * 1000 - 1)
    close_collection(campaign, send_mail.announce_seal)


def take_over(years: tuple[str, str], key: str) -> None:
    """By the API, and the job that it orders."""
    status, order = ask("POST", "/api/v1/campaigns/{campaign}/take-over", key, {"from": years[0]}, _campaign=years[1])
    assert (status, order["status"]) == (202, "queued")
    take_up(TAKE_OVER, TAKE_OVER.id_of(order["id"]), now_ms())


def test_anybody_may_know_which_campaigns_there_are(years: tuple[str, str]) -> None:
    """Newest first, and nothing else of them."""
    earlier, later = years

    status, listed = ask("GET", "/api/v1/campaigns")

    assert status == 200
    assert [(one["id"], one["state"]) for one in listed] == [(later, "scheduled"), (earlier, "open")]
    assert set(listed[0]) == {"id", "title", "opens_at", "closes_at", "state"}


def test_a_change_must_say_which_of_several_it_means(years: tuple[str, str]) -> None:
    """After the key, and before the body is looked at; one alone needs no name; sealed ones take nothing."""
    earlier, later = years
    key = stage.secretariat_key()

    assert ask("POST", "/api/v1/units", "wrong", {})[0] == 401
    assert ask("POST", "/api/v1/units", stage.member_key(Rank.READER), {})[0] == 403
    status, said = ask("POST", "/api/v1/units", key, {})
    assert (status, said["type"].rpartition("/")[2]) == (409, "campaign-ambiguous")
    assert earlier in said["detail"]
    assert later in said["detail"]
    assert ask("POST", "/api/v1/units", key, {}, campaign=later)[0] == 422
    assert ask("POST", "/api/v1/units", key, UNIT, campaign="nobody-s")[0] == 404
    assert ask("POST", "/api/v1/units", key, UNIT, campaign=later)[0] == 201

    seal(earlier)
    assert ask("POST", "/api/v1/units", key, UNIT | {"code": "GD10"})[0] == 201
    assert sorted(unit.code for unit in units.of_campaign(later)) == ["GD09", "GD10"]

    stage.move_close(later, -1)
    campaigns.change(later, lambda one: one.model_copy(update={"opens_at": one.closes_at - 1}))
    seal(later)
    status, said = ask("POST", "/api/v1/units", key, {})
    assert (status, said["type"].rpartition("/")[2]) == (409, "sealed")


def test_a_key_opens_all_years_of_its_association(years: tuple[str, str]) -> None:
    """Unnamed it reads the open one's, else the next, else the last; and never one in which it takes no part."""
    earlier, later = years
    unit_key, key = rotate_key(earlier, "u1", now_ms(), "test"), stage.secretariat_key()
    take_over(years, key)
    stranger = stage.make_campaign(opens_in_ms=-2 * stage.HOUR_MS)

    assert ask("GET", "/api/v1/counts", unit_key)[1]["campaign"] == earlier
    assert ask("GET", "/api/v1/counts", unit_key, campaign=later)[1]["campaign"] == later
    assert ask("GET", "/api/v1/links", unit_key, campaign=later)[0] == 200
    assert ask("GET", "/api/v1/counts", unit_key, campaign=stranger)[0] == 403
    assert ask("GET", "/api/v1/counts", unit_key, campaign="nobody-s")[0] == 403
    seal(earlier)
    assert ask("GET", "/api/v1/counts", unit_key)[1]["campaign"] == later

    fresh = rotate_key(later, "u1", now_ms(), "test")
    assert ask("GET", "/api/v1/counts", unit_key, campaign=earlier)[0] == 401
    assert ask("GET", "/api/v1/counts", fresh, campaign=earlier)[1]["state"] == "sealed"


def test_an_old_code_finds_its_association(years: tuple[str, str]) -> None:
    """By the API, at the desk, in a file and for its own kit; whom nobody ever was isn't found."""
    later, key = years[1], stage.secretariat_key()
    units.UnitItem(years[0], "u1").delete()
    unit_key = register_unit(Unit(campaign=years[0], code="44-01", name="远帆", province="44"), now_ms(), "test")
    take_over(years, key)
    (unit,) = units.of_campaign(later)
    assert unit.code == "GD01"

    contact = {"name": "林青"}
    assert ask("PUT", "/api/v1/units/{unit}/contact", key, contact, campaign=later, _unit="44-01")[0] == 200
    assert contacts.of_campaign(later)[unit.code].name == "林青"
    wanted = {"channel": "poster", "edition": "public"}
    assert ask("POST", "/api/v1/units/{unit}/links", key, wanted, campaign=later, _unit="44-01")[0] == 201
    assert [link.unit for link in links.of_unit(later, unit.code)] == [unit.code]
    page = Session(key).get("/secretariat/{campaign}/units/{unit}", campaign=later, unit="44-01")
    assert (page.status, page.headers["location"]) == (303, f"../../../secretariat/{later}/units/{unit.code}")
    event = api_event("GET", "/api/v1/kit.zip", headers={"x-api-key": unit_key}, query={"unit": ["44-01"]})
    assert app(event, lambda_context())["statusCode"] == 200

    table = "单位名称,单位代码,省份,样本采集量计划\n晨星协会,44-01,广东,77\n"
    headers = {"x-api-key": key, "content-type": "text/csv"}
    asked = {"campaign": [later]}
    event = api_event("POST", "/api/v1/units/import", headers=headers, body=table.encode(), query=asked)
    told = json.loads(app(event, lambda_context())["body"])
    assert (told["created"], told["updated"], units.read(later, unit.code).plan) == (0, 1, 77)

    assert ask("POST", "/api/v1/units/{unit}/key", key, campaign=later, _unit="u9")[0] == 404
    fresh = ask("POST", "/api/v1/units/{unit}/key", key, campaign=later, _unit="44-01")[1]
    assert fresh["unit"] == unit.code


def test_a_pilot_is_meant_only_where_it_is_named(years: tuple[str, str]) -> None:
    """It runs beside the year's survey, though it opened later."""
    earlier = years[0]
    pilot = stage.make_campaign(opens_in_ms=-stage.HOUR_MS // 2)
    key = stage.secretariat_key()
    reply = ask("PUT", "/api/v1/campaigns/{campaign}", key, {"pilot": True}, _campaign=pilot)

    assert (reply[0], reply[1]["pilot"]) == (200, True)
    assert ask("GET", "/api/v1/overview", key)[1]["campaign"] == earlier
    assert ask("GET", "/api/v1/overview", key, campaign=pilot)[1]["campaign"] == pilot


@pytest.mark.parametrize("name", sorted(PAGES))
def test_no_campaign_is_called_like_a_page(years: tuple[str, str], name: str) -> None:
    """Beside it in an address stand a desk's pages."""
    body = {"title": "x", "opens_at": "2099-01-01T09:00:00+08:00", "closes_at": "2099-01-11T00:00:00+08:00"}

    status, said = ask("PUT", "/api/v1/campaigns/{campaign}", stage.secretariat_key(), body, _campaign=name)

    assert (status, said["errors"][0]["pointer"]) == (422, "/id")


def test_every_page_s_name_is_kept_free() -> None:
    """A page that is added takes its name from campaigns."""
    beside = {path.split("/")[2] for path in app.routes if path.startswith(("/desk/", "/secretariat/"))}

    assert beside - {"{campaign}"} <= PAGES


def test_the_desks_lead_to_the_usual_campaign_and_to_each(years: tuple[str, str]) -> None:
    """The picker leads to the same page of another year; a unit sees the years in which it takes part."""
    earlier, later = years
    office, unit_key = Session(stage.secretariat_key()), rotate_key(earlier, "u1", now_ms(), "test")
    head = office.get("/secretariat/{campaign}/units/{unit}", campaign=earlier, unit="u1").body
    assert f'href="../../../secretariat/{later}/units"' in head

    assert f'href="../../desk/{later}"' not in Session(unit_key).get("/desk/{campaign}", campaign=earlier).body
    take_over(years, stage.secretariat_key())
    assert f'href="../desk/{later}"' in Session(unit_key).get("/desk/{campaign}", campaign=earlier).body
    seal(earlier)
    sealed = office.get("/secretariat/{campaign}/counting", campaign=earlier)
    assert (sealed.status, "封存" in sealed.body) == (200, True)
    assert "campaign.seal" in office.get("/secretariat/{campaign}/audit", campaign=earlier).body


def test_an_old_poster_leads_on(years: tuple[str, str]) -> None:
    """Once its campaign is sealed and the next one is open, to the link in its place; not where that isn't wanted."""
    earlier, later = years
    code = stage.make_link(earlier)
    take_over(years, stage.secretariat_key())
    seal(earlier)
    campaigns.change(later, lambda one: one.model_copy(update={"opens_at": now_ms() - 1}))
    (fresh,) = links.of_unit(later, "u1")

    page = app(api_event("GET", "/s/{code}", parameters={"code": code}), lambda_context())
    campaigns.change(earlier, lambda one: one.model_copy(update={"leads_on": False}))
    campaigns.forget(earlier)
    ended = app(api_event("GET", "/s/{code}", parameters={"code": code}), lambda_context())

    assert (page["statusCode"], f'id="onward" href="../s/{fresh.code}"' in page["body"]) == (200, True)
    assert (ended["statusCode"], "onward" in ended["body"]) == (200, False)


def test_a_mailed_link_asks_which_year(years: tuple[str, str]) -> None:
    """Where there are several; an address of an earlier year is known, too."""
    earlier, later = years
    contacts.item_of(earlier, "u1", Contact(email="old@unit.example")).save()
    rotate_key(earlier, "u1", now_ms(), "test")
    take_over(years, stage.secretariat_key())
    token = random_code(26)
    sign_ins.put(key_hash(token), SignIn(earlier, "u1"), now_ms() + 60_000)
    event = api_event("GET", "/enter/{token}", parameters={"token": token})

    asked = app(event, lambda_context())["body"]
    form = {"content-type": "application/x-www-form-urlencoded"}
    entered = app(
        api_event("POST", "/enter/{token}", parameters={"token": token}, headers=form, body=f"campaign={later}"),
        lambda_context(),
    )

    assert f'value="{earlier}"' in asked
    assert f'value="{later}"' in asked
    assert entered["headers"]["Location"] == f"../desk/{later}"
