"""Closing time while somebody is answering: announced before, and shown as it is."""

import re

from playwright.sync_api import expect

from chalicelib.kernel.clock import now_ms
from tests import stage
from tests.browser.conftest import NewPage
from tests.browser.respondent import Respondent, Site
from tests.browser.test_network import RESPONSES, lose_the_reply

LONGEST_CONFIGURATION_MS = 5_500
"""A worker may go on for 5 s with the campaign that it has read; a page is made of one that is at most 1 s old."""


def test_the_last_hour_counts_down(site: Site, new_page: NewPage) -> None:
    """In the last hour every step says how long is left; before it, none does."""
    soon = Respondent(new_page(), stage.make_link(stage.make_campaign(closes_in_ms=30 * 60_000)))
    later = Respondent(new_page(), stage.make_link(stage.make_campaign(closes_in_ms=61 * 60_000)))

    soon.open(site)
    later.open(site)

    expect(soon.page.locator("#closing")).to_contain_text(re.compile(r"还有 (30|29) 分 \d+ 秒"))
    expect(soon.page.locator("#live")).to_contain_text("分")
    expect(later.page.locator("#closing")).to_be_hidden()


def test_a_device_s_wrong_clock_is_corrected(site: Site, new_page: NewPage) -> None:
    """A device that is two hours ahead shows no countdown once it has heard from the server."""
    page = new_page()
    page.clock.install()
    page.clock.set_system_time(now_ms() + 2 * stage.HOUR_MS)
    me = Respondent(page, stage.make_link(stage.make_campaign(closes_in_ms=90 * 60_000)))
    me.open(site)

    with page.expect_response("**/api/v1/tickets"):
        page.locator("#q-q1 label").first.click()
        page.clock.run_for(3_000)

    page.clock.run_for(3_000)
    expect(page.locator("#closing")).to_be_hidden()
    expect(page.locator("#form")).to_be_visible()


def test_closing_in_the_middle(site: Site, new_page: NewPage) -> None:
    """At the close the page says so instead of showing the form; nothing is stored here or there."""
    campaign = stage.make_campaign(closes_in_ms=6_000)
    me = Respondent(new_page(), stage.make_link(campaign))
    me.open(site)
    me.answer_step()

    expect(me.page.locator("#ended")).to_contain_text("没有在截止前到达", timeout=15_000)

    assert stage.stored(me.code) == []
    assert me.page.evaluate("localStorage.length") == 0


def test_sent_after_the_close(site: Site, new_page: NewPage) -> None:
    """Answers that arrive too late are refused, and the page says so instead of trying for ever."""
    campaign = stage.make_campaign()
    me = Respondent(new_page(), stage.make_link(campaign), seed=31)
    me.resume_at_review(site)
    stage.move_close(campaign, -1)
    me.page.wait_for_timeout(LONGEST_CONFIGURATION_MS)

    me.page.click("#send")

    expect(me.page.locator("#ended")).to_contain_text("没有在截止前到达")
    assert stage.stored(me.code) == []
    assert me.page.evaluate("localStorage.length") == 0


def test_a_draft_that_was_never_sent(site: Site, new_page: NewPage) -> None:
    """Opened again after the close, the page says what became of the answers on the device, and removes them."""
    campaign = stage.make_campaign()
    me = Respondent(new_page(), stage.make_link(campaign), seed=34)
    me.resume_at_review(site)
    stage.move_close(campaign, -1)
    me.page.wait_for_timeout(1_500)

    me.page.goto(site.address(me.code, "?lang=zh-Hans"))  # another address than the one that the browser has cached

    expect(me.page.locator("h1").first).to_contain_text("收集已经结束")
    expect(me.page.locator("#settled")).to_contain_text("没有被接受")
    assert me.page.evaluate("localStorage.length") == 0


def test_stored_before_the_close_but_never_told(site: Site, new_page: NewPage) -> None:
    """The reply was lost and then collection closed: the closed page still fetches the receipt."""
    campaign = stage.make_campaign()
    me = Respondent(new_page(), stage.make_link(campaign), seed=32)
    me.resume_at_review(site)
    me.page.route(RESPONSES, lose_the_reply)
    me.page.wait_for_timeout(450)
    with me.page.expect_event("requestfailed"):
        me.page.click("#send")
    stage.move_close(campaign, -1)
    me.page.unroute(RESPONSES)
    me.page.wait_for_timeout(1_500)

    me.page.goto(site.address(me.code, "?lang=zh-Hans"))

    me.assert_stored(me.receipt())


def test_a_link_revoked_while_answering(site: Site, new_page: NewPage) -> None:
    """Sending through a revoked link is refused in words."""
    me = Respondent(new_page(), stage.make_link(), seed=33)
    me.resume_at_review(site)
    stage.revoke(me.code)
    me.page.wait_for_timeout(LONGEST_CONFIGURATION_MS)

    me.page.click("#send")

    expect(me.page.locator("#ended")).to_contain_text("这个链接已经停用")
    assert stage.stored(me.code) == []
