"""A double tap answers nothing: the second tap belongs to what was there at the first."""

import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import stage
from tests.browser.conftest import PHONE, NewPage
from tests.browser.respondent import STEP, Respondent, Site


def tap_twice(page: Page, selector: str, gap_ms: int) -> None:
    """Two touches on the same spot, that far apart by the thumb's own clock, however busy the machine."""
    box = page.locator(selector).bounding_box()
    assert box
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    fingers = page.context.new_cdp_session(page)
    first = time.time()
    for touched in (first, first + gap_ms / 1000):
        page.wait_for_timeout(max(touched - time.time(), 0) * 1000)
        fingers.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [at], "timestamp": touched})
        fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": [], "timestamp": touched})
    fingers.detach()


@pytest.mark.parametrize("gap_ms", [120, 200, 300])
def test_a_trembling_thumb(site: Site, chromium: Browser, new_page: NewPage, gap_ms: int) -> None:
    """From the intro to the review, each button tapped twice: nothing is answered that wasn't meant."""
    context = chromium.new_context(viewport=PHONE, locale="zh-CN", has_touch=True, is_mobile=True)
    me = Respondent(new_page(context), stage.make_link(), topics=["privacy"], seed=73)
    me.page.goto(site.address(me.code))
    tap_twice(me.page, "#start", gap_ms)
    while me.step() != "_review":
        before = me.step()
        expect(me.page.locator(f"{STEP} input:checked")).to_have_count(0)
        me.answer_step()
        me.page.locator("#next").scroll_into_view_if_needed()
        me.page.wait_for_timeout(400)
        tap_twice(me.page, "#next", gap_ms)
        expect(me.page.locator(f"#s-{before}")).to_be_hidden()
    me.answer_step()

    me.assert_stored(me.send())
    context.close()
