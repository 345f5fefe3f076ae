"""Large print: one tap, remembered, for whoever can't read small letters or hit small controls."""

import pytest
from playwright.sync_api import Page, expect

from chalicelib.instrument.questionnaires import load
from tests import stage
from tests.browser.conftest import DESKTOP, PHONE, NewPage
from tests.browser.respondent import STEP, Respondent, Site
from tests.browser.test_states import AXE

LEAST_LETTER_PX, LEAST_LINE, LEAST_CONTROL_PX = 24, 1.5, 60
CONTRAST = """() => axe.run({runOnly: {type: 'rule', values: ['color-contrast-enhanced']}, preload: false})
    .then(found => found.violations.flatMap(each => each.nodes.map(node => node.html.slice(0, 90))))"""
SMALL_LETTERS = """([letter, line]) => {
    const wrong = [], words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
        const at = words.currentNode.parentElement, style = getComputedStyle(at);
        const seen = words.currentNode.data.trim() && at.checkVisibility() && !at.closest('.hide, .skip, option');
        const low = parseFloat(style.lineHeight) < line * parseFloat(style.fontSize) - .5;
        if (seen && (parseFloat(style.fontSize) < letter || low)) wrong.push(at.outerHTML.slice(0, 90));
    }
    return wrong;
}"""
SMALL_CONTROLS = """least => [...document.querySelectorAll('a, button, select, textarea, input, summary')].map(e => {
    const target = e.matches('label input') ? e.closest('label') : e, box = target.getBoundingClientRect();
    const unseen = !box.width || e.closest('[hidden], .hide') || box.right < 0;
    return unseen || box.width > least - .5 && box.height > least - .5
        ? null : `${e.outerHTML.slice(0, 90)} ${box.width} x ${box.height}`;
}).filter(Boolean)"""

WIDE = """() => [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + .5)
    .map(e => e.outerHTML.slice(0, 90))"""


def assert_large(page: Page) -> None:
    """Letters, lines, controls and contrast; nothing wider than the screen."""
    assert page.evaluate(SMALL_LETTERS, [LEAST_LETTER_PX, LEAST_LINE]) == []
    assert page.evaluate(SMALL_CONTROLS, LEAST_CONTROL_PX) == []
    page.evaluate(AXE)
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate(WIDE) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
def test_a_whole_visit(site: Site, new_page: NewPage, viewport: dict[str, int], lang: str) -> None:
    """Chosen on the first screen, it holds on each: intro, errors, every step, review and receipt."""
    page = new_page(viewport=viewport, locale=lang)
    me = Respondent(page, stage.make_link(), topics=load("public").topics, seed=57, lang=lang)
    page.goto(site.address(me.code))
    page.click("#large")
    assert_large(page)
    me.start()
    page.click("#next")
    expect(page.locator("#errors")).to_be_visible()
    assert_large(page)
    while me.step() != "_review":
        me.answer_step()
        assert_large(page)
        me.next()
    assert_large(page)
    me.send()
    expect(page.locator(".echo")).to_be_visible()
    assert_large(page)


def test_it_is_remembered_and_taken_back(site: Site, new_page: NewPage) -> None:
    """For other links on this device as well; a second tap brings the usual letters back, and leaves nothing kept."""
    page = new_page()
    page.goto(site.address(stage.make_link()))
    button = page.locator("#large")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")

    page.goto(site.address(stage.make_link()))
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator("html")).to_have_css("font-size", "24px")

    button.click()
    expect(page.locator("html")).to_have_css("font-size", "16px")
    page.reload()
    expect(button).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("Object.keys(localStorage).filter(name => name.includes('large'))") == []


def test_where_nothing_can_be_kept(site: Site, new_page: NewPage) -> None:
    """It holds for the page."""
    page = new_page()
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no') }})")
    me = Respondent(page, stage.make_link(), seed=58)
    me.open(site)

    page.click("#large")

    expect(page.locator("html")).to_have_css("font-size", "24px")
    expect(page.locator(STEP)).to_be_visible()
