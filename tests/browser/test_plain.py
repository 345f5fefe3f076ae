"""Without JavaScript, in the browser: complete and honest."""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from chalicelib.instrument import questionnaires
from tests import stage
from tests.browser.conftest import DESKTOP, PHONE, NewPage
from tests.browser.respondent import Respondent, Site
from tests.browser.test_network import failing_first
from tests.plain import fields_of


def fill(page: Page, definition: dict[str, Any], answers: dict[str, Any]) -> None:
    """Fills a plain form in, when it is whole."""
    page.wait_for_load_state("domcontentloaded")
    for name, value in fields_of(definition, (), answers):
        control = page.locator(f"[name='{name}']")
        if control.first.get_attribute("type") in {"radio", "checkbox"}:
            page.locator(f"label:has(input[name='{name}'][value='{value}'])").click()
        elif control.first.evaluate("e => e.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
        if name.endswith(".province") and page.locator("[name=q18]").count() == 0:
            page.locator("#q-q18 button").click()


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("edition", questionnaires.EDITIONS)
def test_the_whole_way(site: Site, new_page: NewPage, edition: str, viewport: dict[str, int]) -> None:
    """The start button leads to the plain form; what is filled in, to all topics, is stored; the receipt is shown."""
    page, topics = new_page(java_script_enabled=False, viewport=viewport), questionnaires.load(edition).topics
    me = Respondent(page, stage.make_link(edition=edition), edition, topics, seed=61)
    page.goto(site.address(me.code))
    page.click("#start")
    me.choose_topics()
    page.locator("#s-_topics button").click()

    fill(page, me.definition, me.answers)
    page.locator("form .go button").click()

    receipt = page.locator("[data-receipt]").inner_text()
    me.assert_stored(receipt)
    page.reload()
    assert page.locator("[data-receipt]").inner_text() == receipt
    me.assert_stored(receipt)


def test_nothing_typed_is_lost(site: Site, new_page: NewPage) -> None:
    """Errors, other topics, counties and another language each come back with all that was typed."""
    page = new_page(java_script_enabled=False)
    me = Respondent(page, stage.make_link(), topics=["privacy", "shopping"], seed=62)
    page.goto(site.address(me.code, "/form"))
    page.fill("textarea", "第一行\n<b>第二行</b>")
    me.answers["q21"] = "第一行\n<b>第二行</b>"

    page.locator("form .go button").click()
    expect(page.locator("#errors")).to_be_visible()
    page.locator("#errors a").first.click()
    assert page.url.endswith("#f-q1")
    me.choose_topics()
    page.locator("#s-_topics button").click()
    expect(page.locator("#s-shopping")).to_be_visible()
    page.click("button[lang=en]")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("textarea")).to_have_value("第一行\n<b>第二行</b>")
    fill(page, me.definition, {name: answer for name, answer in me.answers.items() if name != "q21"})
    page.locator("form .go button").click()

    me.assert_stored(page.locator("[data-receipt]").inner_text())


def test_enter_sends(site: Site, new_page: NewPage) -> None:
    """Enter in a field sends the form, whatever button comes first in it."""
    page = new_page(java_script_enabled=False)
    page.goto(site.address(stage.make_link(), "/form"))

    page.locator("#f-q1").focus()
    page.keyboard.press("Enter")

    expect(page.locator("#errors")).to_be_visible()


def test_going_back_after_a_lost_reply(site: Site, new_page: NewPage) -> None:
    """The server stored it, a gateway said 504: back brings what was filled in with its ticket, and sent again it
    counts once."""
    page = new_page(java_script_enabled=False)
    code = stage.make_link()

    def lose_once(route: Route) -> None:
        if route.request.method == "POST":
            route.fetch()
            route.fulfill(status=504, body="<h1>Gateway Time-out</h1>", content_type="text/html")
        else:
            route.continue_()

    page.goto(site.address(code, "/form"))
    drawn = page.locator("[name=_topic]:checked").get_attribute("value")
    me = Respondent(page, code, topics=[str(drawn)], seed=63)
    me.answers["q18"] = "990000"
    fill(page, me.definition, me.answers)
    page.route("**/form*", lose_once)
    page.locator("form .go button").click()
    expect(page.locator("h1")).to_contain_text("Time-out")
    page.unroute("**/form*")

    page.go_back()
    page.wait_for_load_state()
    page.locator("form .go button").click()

    me.assert_stored(page.locator("[data-receipt]").inner_text())


def test_started_before_the_script_came(site: Site, new_page: NewPage) -> None:
    """The start button leads to the plain form while scripts are on their way; there they bring back the questionnaire,
    at its first step."""
    me = Respondent(new_page(), stage.make_link(), topics=["privacy"], seed=64)
    me.page.route("**/static/app.*.js", failing_first(1, lambda route: route.abort()))
    me.page.goto(site.address(me.code), wait_until="commit")
    me.page.click("#start")

    expect(me.page.locator("#s-online_life")).to_be_visible()
    me.page.wait_for_load_state()
    me.page.go_back()
    expect(me.page.locator("#intro")).to_be_visible()
