"""The topics' questions come after the first one; nobody loses an answer to them, nor is let past them."""

from typing import Any

from playwright.sync_api import Route, expect

from chalicelib.instrument import questionnaires
from tests import stage
from tests.browser.conftest import NewPage
from tests.browser.respondent import KEEP, STEP, Respondent, Site, draw

TOPICS = "**/s/*/topics*"
DRAFT = "code => JSON.parse(localStorage.getItem('minsheng:' + code))"
LATER = "_later"


def portal(route: Route) -> None:
    """A login page answers for us."""
    route.fulfill(status=200, content_type="text/html", body="<title>Wi-Fi</title>")


def test_whoever_is_quicker_waits_for_them(site: Site, new_page: NewPage) -> None:
    """A step stands for them and says so; when they come, it goes on by itself."""
    me = Respondent(new_page(), stage.make_link(), topics=["law"], seed=31)
    held = list[Route]()

    def hold(route: Route) -> None:
        held.append(route)

    draw(me.page, "law")
    me.page.route(TOPICS, hold)
    me.open(site)
    me.answer_all(until=LATER)
    expect(me.page.locator(f"#s-{LATER} p")).to_contain_text("正在路上")

    held[0].continue_()

    expect(me.page.locator(f"{STEP} h2")).to_be_focused()
    expect(me.page.locator("#s-law")).to_be_visible()
    assert "#law" in me.page.url
    me.answer_all()
    me.assert_stored(me.send())


def test_what_somebody_else_answers_is_none(site: Site, new_page: NewPage) -> None:
    """It says that they haven't come, and asks again where it is told to go on."""
    me = Respondent(new_page(), stage.make_link(), topics=["law"], seed=33)
    draw(me.page, "law")
    me.page.route(TOPICS, portal)
    me.open(site)
    me.answer_all(until=LATER)
    expect(me.page.locator(f"#s-{LATER} p")).to_contain_text("还没有取到")

    me.page.unroute(TOPICS)
    me.page.click("#next")

    expect(me.page.locator("#s-law")).to_be_visible()


def test_answers_to_them_survive_their_absence(site: Site, new_page: NewPage) -> None:
    """A draft that holds such answers is opened where they can't be fetched, and something else is changed in it."""
    me = Respondent(new_page(), stage.make_link(), topics=["law"], seed=32)
    me.page.goto(site.address(me.code))
    names = {"q18": " ".join(questionnaires.regions().path(me.answers["q18"]))}
    draft = {"version": me.definition["version"], "topics": [*me.topics], "answers": me.answers, "names": names}
    me.page.evaluate(KEEP, [f"minsheng:{me.code}", draft])
    me.page.route(TOPICS, lambda route: route.abort())
    me.page.reload()
    me.page.click("#start")
    assert me.step() == LATER

    me.page.goto(site.address(me.code, "#online_life"))
    box = me.page.locator("#q-q1 input").nth(1)
    box.check(force=True)
    me.answers["q1"] = box.get_attribute("value")
    kept: dict[str, Any] = me.page.evaluate(DRAFT, me.code)
    assert kept["answers"] == me.answers

    me.page.goto("about:blank")  # or what is asked for again on that page would move its address
    me.page.unroute(TOPICS)
    me.page.goto(site.address(me.code, "#_review"))
    expect(me.page.locator("#s-_review")).to_be_visible()
    me.assert_stored(me.send())
