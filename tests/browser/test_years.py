"""One year closes while the next is prepared: both are seen, the next takes over, and nothing of the first changes."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import units
from chalicelib.associations.usecases.register_units import rotate_key
from chalicelib.campaigns import campaigns
from chalicelib.jobs.run_leased import take_up
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.gateways import files
from chalicelib.kernel.settings import settings
from chalicelib.kernel.store import audit
from chalicelib.links.domain.link import Edition
from chalicelib.links.store import links
from chalicelib.links.usecases.issue_links import issue_links
from chalicelib.mail.usecases import send_mail
from chalicelib.sealing.close_collection import close_collection
from chalicelib.years.take_over import TAKE_OVER
from tests import stage
from tests.browser.conftest import DESKTOP, NewPage
from tests.browser.respondent import Site
from tests.browser.test_states import assert_accessible

UNITS = 135


@pytest.fixture
def earlier(site: Site) -> str:
    """The campaign of 135 units that is open, each with a poster."""
    campaign = stage.make_campaign()
    with units.UnitItem.batch_write() as batch:
        for number in range(1, UNITS):
            batch.save(
                units.item_of(Unit(campaign=campaign, code=f"GD{number:02d}", name=f"青禾会{number}", province="44"))
            )
    for unit in units.of_campaign(campaign)[:3]:
        issue_links(campaign, unit.code, "海报", Edition.PUBLIC, ["大厅"], now_ms(), "test")
    return campaign


def enter(page: Page, site: Site, door: str, key: str) -> None:
    """Shows a key at a door."""
    page.goto(f"{site.base_url}/{door}")
    page.fill("#key", key)
    page.click("main .button")
    expect(page.locator("#key")).to_have_count(0)


def sealed_state(campaign: str) -> tuple[Any, ...]:
    """What the seal has fixed, and what the log says up to it."""
    manifest = campaigns.read(campaign).seal
    assert manifest is not None
    return (
        manifest,
        files.read(manifest.manifest),
        [unit.model_copy(update={"association": None, "key_hash": None}) for unit in units.of_campaign(campaign)],
        audit.newest(campaign, 1000),
    )


def test_the_next_year_is_prepared_while_one_closes(site: Site, new_page: NewPage, earlier: str) -> None:
    """By a secretary at the desk, a unit with its old key, and a netizen before an old poster."""
    office, later = new_page(viewport=DESKTOP), f"{earlier}-next"
    unit_key = rotate_key(earlier, "GD01", now_ms(), "test")
    poster = links.of_unit(earlier, "GD01")[0].code
    enter(office, site, "secretariat", stage.secretariat_key())
    office.goto(f"{site.base_url}/secretariat/new")
    for name, value in (
        ("id", later),
        ("title", "下一年的调查"),
        ("opens_at", "2099-01-01T09:00:00"),
        ("closes_at", "2099-01-11T00:00:00"),
    ):
        office.fill(f"#{name}", value)
    office.click("form.card .button")
    expect(office.locator(".years summary")).to_contain_text("下一年的调查")

    office.get_by_role("link", name="沿用往年").click()
    office.goto(f"{office.url}?from={earlier}")
    expect(office.locator(".picks input:checked")).to_have_count(UNITS)
    assert_accessible(office)
    office.get_by_role("button", name="开始沿用").click()
    take_up(TAKE_OVER, TAKE_OVER.id_of(f"{later}.1"), now_ms())
    expect(office.locator("#progress")).to_contain_text(f"新增单位 {UNITS}")
    assert len(units.of_campaign(later)) == UNITS

    stage.move_close(earlier, -settings().settle_s * 1000 - 1)
    office.locator(".years summary").click()
    office.locator(f".years a[href*='/{earlier}/']").click()
    office.goto(f"{site.base_url}/secretariat/{earlier}/counting")
    expect(office.locator("main")).to_contain_text("收尾与封存")
    close_collection(earlier, send_mail.announce_seal)
    fixed = sealed_state(earlier)
    office.reload()
    expect(office.locator(".years summary")).to_contain_text("并封存")

    unit = new_page()
    enter(unit, site, f"desk/{earlier}", unit_key)
    expect(unit.locator(".years summary")).to_contain_text(earlier)
    unit.locator(".years summary").click()
    unit.locator(f".years a[href$='/desk/{later}']").click()
    expect(unit.locator("h1")).to_have_text("青禾会1")
    expect(unit).to_have_url(re.compile(rf"/desk/{later}$"))
    assert_accessible(unit)

    campaigns.change(later, lambda one: one.model_copy(update={"opens_at": now_ms() - 1}))
    netizen = new_page()
    netizen.wait_for_timeout(1_500)  # a page is made of a campaign that is at most 1 s old
    netizen.goto(site.address(poster))
    netizen.click("#onward")
    expect(netizen.locator("#start")).to_be_visible()
    assert links.of_unit(later, "GD01")[0].code in netizen.url
    assert sealed_state(earlier) == fixed
