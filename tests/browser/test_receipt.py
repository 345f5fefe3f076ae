"""`/receipt` in the browser: what is proved there is worked out there."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from chalicelib.kernel.codes import new_receipt
from tests import stage
from tests.browser.conftest import NewPage
from tests.browser.respondent import Site
from tests.web.test_receipts import answered, seal


@pytest.fixture
def receipt(site: Site) -> str:
    """One of several in a campaign that is sealed."""
    campaign = stage.make_campaign()
    receipts = [answered(campaign, seed=seed) for seed in range(4)]  # so each path has two steps
    seal(campaign)
    return receipts[3]


def look_up(page: Page, site: Site, typed: str) -> None:
    """Types it, and presses Enter."""
    page.goto(f"{site.base_url}/receipt?lang=en")
    page.fill("#receipt", typed)
    page.press("#receipt", "Enter")


def test_the_proof_is_checked_where_it_is_read(site: Site, new_page: NewPage, receipt: str) -> None:
    """In words, without the receipt in the address; in the other language the same."""
    page = new_page()

    look_up(page, site, receipt.lower())

    expect(page.locator("#checked")).to_have_text("Checked here, on your device: it is in the roll.")
    assert receipt not in page.url
    page.locator("summary").click()
    expect(page.locator("details ol")).to_be_visible()
    page.locator("button[lang=zh-Hans]").click()
    expect(page.locator("#checked")).to_have_text("已在您的设备上核对：它在名册里。")


def test_every_place_in_the_tree_is_proved(site: Site, new_page: NewPage) -> None:
    """Of trees of one to six leaves."""
    page = new_page()
    for size in (1, 2, 6):
        campaign = stage.make_campaign()
        receipts = [answered(campaign, seed=seed) for seed in range(size)]
        seal(campaign)
        for one in receipts:
            look_up(page, site, one)
            expect(page.locator("#checked")).to_have_attribute("data-holds", "true")


@pytest.mark.parametrize(
    "lie",
    [
        lambda body: body.replace('data-valid="true"', 'data-valid="false"'),
        lambda body: re.sub(r'data-place="(\d)"', lambda m: f'data-place="{(int(m[1]) + 1) % 4}"', body),
        lambda body: re.sub(r'data-path="\w+ ', 'data-path="', body),
        lambda body: re.sub(r'data-root="\w+"', f'data-root="{"0" * 64}"', body),
    ],
    ids=["another verdict", "another place", "a step less", "another root"],
)
def test_a_false_proof_is_found_out(site: Site, new_page: NewPage, receipt: str, lie: Callable[[str], str]) -> None:
    """Whatever a server might say."""
    page = new_page()

    def lying(route: Route) -> None:
        told = route.fetch()
        route.fulfill(response=told, body=lie(told.text()))

    page.route("**/receipt?*", lying)
    look_up(page, site, receipt)

    expect(page.locator("#checked")).to_have_attribute("data-holds", "false")


def test_without_scripts_it_says_the_same(site: Site, new_page: NewPage, receipt: str) -> None:
    """But for what only a script can check; an unknown one is told kindly."""
    page = new_page(java_script_enabled=False)

    look_up(page, site, receipt)
    expect(page.locator("[data-state=counted]")).to_contain_text(stage.UNIT_NAME)
    expect(page.locator("#checked")).to_be_hidden()

    look_up(page, site, new_receipt())
    expect(page.locator("[data-state=unknown]")).to_be_visible()
