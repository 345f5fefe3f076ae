"""After the receipt: an echo, asked for then and not before, and a receipt that stands without it."""

import pytest
from playwright.sync_api import expect

from tests import stage
from tests.browser.conftest import DESKTOP, PHONE, NewPage
from tests.browser.respondent import Respondent, Site
from tests.browser.test_states import assert_accessible

SHARED = """() => {
    window.passedOn = [];
    navigator.share = given => { passedOn.push(given); return Promise.resolve(); };
}"""


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_an_echo_comes_after_the_receipt(site: Site, new_page: NewPage, viewport: dict[str, int]) -> None:
    """It fails and hides nothing; opened again, the page has it, and the link is passed on by the device's own way,
    or copied where it has none."""
    page = new_page(viewport=viewport, permissions=["clipboard-read", "clipboard-write"])
    me = Respondent(page, stage.make_link(), seed=91)
    order = list[str]()
    page.on("request", lambda request: order.append(request.url.rpartition("/")[2].partition("?")[0]))
    page.route("**/echo*", lambda route: route.abort())
    me.resume_at_review(site)
    with page.expect_event("requestfailed"):
        receipt = me.send()
    assert order.index("responses") < order.index("echo")
    expect(page.locator(".echo")).to_have_count(0)
    expect(page.locator("#receipt h1")).to_be_focused()

    page.unroute("**/echo*")
    page.reload()
    expect(page.locator(".echo")).to_contain_text("谢谢您的参与")
    assert me.receipt() == receipt
    assert page.evaluate("document.querySelector('.code').naturalWidth") > 200
    assert_accessible(page)
    address = page.locator("[data-address]").get_attribute("href")
    assert str(address).endswith(f"/s/{me.code}")
    page.evaluate("delete Navigator.prototype.share")
    page.click("[data-share]")
    expect(page.locator("[data-share]")).to_contain_text("已复制")
    assert page.evaluate("navigator.clipboard.readText()") == address
    page.evaluate(SHARED)
    page.click("[data-share]")
    assert page.evaluate("passedOn[0].url") == address
