"""Behind a stage's prefix, as on AWS, pages find their files, the API and each other."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests import stage
from tests.browser.conftest import NewPage
from tests.browser.respondent import Respondent, Site
from tests.browser.test_plain import fill

PREFIX = "/stage"


@pytest.fixture
def prefixed(site: Site, new_page: NewPage) -> Iterator[tuple[Site, NewPage]]:
    """The site at the prefix, and pages that see it there; fails the test where one asks for anything outside."""
    strays: list[str] = []

    def pass_on(route: Route) -> None:
        path = route.request.url.removeprefix(site.base_url)
        if path.startswith(f"{PREFIX}/"):
            route.fulfill(response=route.fetch(url=site.base_url + path.removeprefix(PREFIX)))
        else:
            strays.append(path)
            route.abort()

    def make(**options: object) -> Page:
        page = new_page(**options)
        page.context.route(f"{site.base_url}/**", pass_on)
        return page

    yield Site(site.base_url + PREFIX), make
    assert strays == []


def test_with_scripts(prefixed: tuple[Site, NewPage]) -> None:
    """From the upper-case address of a code over the other language, the privacy page and home to the receipt."""
    site, new_page = prefixed
    me = Respondent(new_page(), stage.make_link(), seed=91)
    me.page.goto(f"{site.base_url}/S/{me.code}")
    me.page.click("[data-switch]")
    me.page.click("footer a")
    me.page.click(".brand")
    expect(me.page.locator("h1")).to_contain_text(stage.TITLE)
    assert me.page.url == f"{site.base_url}/?lang=en"

    me.lang = "en"
    me.page.go_back()
    me.page.go_back()
    me.start()
    me.answer_all()

    me.assert_stored(me.send())


def test_without_scripts(prefixed: tuple[Site, NewPage]) -> None:
    """The plain form comes and goes, too."""
    site, new_page = prefixed
    page = new_page(java_script_enabled=False)
    me = Respondent(page, stage.make_link(edition="practitioner"), "practitioner", seed=92)
    page.goto(site.address(me.code))
    page.click("#start")
    me.choose_topics()
    page.locator("#s-_topics button").click()

    fill(page, me.definition, me.answers)
    page.locator("form .go button").click()

    me.assert_stored(page.locator("[data-receipt]").inner_text())
