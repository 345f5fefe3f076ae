"""The shortest honest way through the public edition on a small phone, counted in taps and in screens."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests import stage
from tests.browser.conftest import PHONE, NewPage
from tests.browser.respondent import STEP, Site, draw

MOST_TAPS = 54
MOST_SCREENS = 24
SHORTEST, LONGEST = "privacy", ("duties", "divide")
"""Of the topics: the longest in taps, and in screens, where each first answer opens what hangs on it."""
MORE_TAPS, MORE_SCREENS = 5, 3
HEIGHT = "document.documentElement.scrollHeight"
ASKED = f"{STEP} [data-q][data-type][data-required]"


@dataclass
class Thumb:
    """Answers what has to be answered, and counts."""

    page: Page
    taps: int = 0
    screens: float = 0

    def tap(self, place: Locator) -> None:
        """One tap."""
        place.tap()
        self.taps += 1

    def measure(self) -> None:
        """Adds the height of the page as it stands."""
        self.screens += self.page.evaluate(HEIGHT) / PHONE["height"]

    def answer(self, question: Locator) -> None:
        """Gives the first answer that there is."""
        ways: dict[str | None, Callable[[Locator], None]] = {
            "matrix": self._rows,
            "region": self._region,
            "cascade": self._cascade,
        }
        ways.get(question.get_attribute("data-type"), self._first)(question)

    def read(self) -> None:
        """Nobody answers what they haven't looked at: a tap that comes at once is taken for a slip."""
        self.page.wait_for_timeout(450)

    def go_on(self) -> None:
        """To the next step."""
        self.measure()
        before = self.page.locator(STEP).get_attribute("id")
        self.tap(self.page.locator("#next"))
        expect(self.page.locator(f"#{before}")).to_be_hidden()

    def _first(self, question: Locator) -> None:
        self.tap(question.locator("label:has(input)").first)

    def _rows(self, question: Locator) -> None:
        for number, row in enumerate(question.locator("[data-row]").all()):
            self.tap(row.locator("label").nth(number * 3 % 9))

    def _region(self, question: Locator) -> None:
        self.tap(question.locator("button").first)
        expect(question.locator(".chips")).to_have_count(2)
        self.tap(question.locator(".chips").first.locator("button").first)
        while question.locator(".picker:not([hidden]) .chips").count():
            self.tap(question.locator(".chips").last.locator("button").first)
        self.read()

    def _cascade(self, question: Locator) -> None:
        """Opening a select and choosing from it are two taps."""
        groups, leaves = question.locator("select").all()
        for index in range(1, groups.locator("option").count()):
            groups.select_option(index=index)
            if not leaves.is_visible():
                break
        else:
            leaves.select_option(index=1)
            self.taps += 2
        self.taps += 2


def walk(page: Page, site: Site) -> Thumb:
    """From the intro to the receipt with its echo."""
    me = Thumb(page)
    page.goto(site.address(stage.make_link()))
    me.measure()
    me.tap(page.locator("#start"))
    expect(page.locator(STEP)).to_be_visible()
    while page.locator(STEP).get_attribute("id") != "s-_review":
        me.read()
        for name in page.locator(ASKED).evaluate_all("all => all.map(one => one.dataset.q)"):
            question = page.locator(f"#q-{name}")
            if question.is_visible():
                me.answer(question)
        me.go_on()
    me.measure()
    me.read()
    me.tap(page.locator("#send"))
    expect(page.locator("#receipt")).to_be_visible()
    expect(page.locator(".echo")).to_be_visible()
    me.measure()
    return me


@pytest.mark.parametrize("topic", [SHORTEST, *LONGEST])
def test_the_shortest_way(site: Site, chromium: Browser, new_page: NewPage, topic: str) -> None:
    """At 360×640: 54 taps and 24 screens with the shortest topic, 59 and 27 with any."""
    context = chromium.new_context(viewport=PHONE, locale="zh-CN", has_touch=True, is_mobile=True)
    page = new_page(context)
    draw(page, topic)

    me = walk(page, site)

    context.close()
    assert me.taps <= MOST_TAPS + MORE_TAPS * (topic != SHORTEST)
    assert me.screens <= MOST_SCREENS + MORE_SCREENS * (topic != SHORTEST)
