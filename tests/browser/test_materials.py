"""Materials and members before a real server: put up by one who may, downloaded with the unit's own code."""

from pathlib import Path

from playwright.sync_api import Page, expect

from chalicelib.access.domain.roles import Rank
from chalicelib.associations.usecases.register_units import rotate_key
from chalicelib.kernel.clock import now_ms
from chalicelib.links.gateways.pdf import Colour
from chalicelib.links.gateways.pdf import Page as Sheet
from tests import stage
from tests.browser.conftest import DESKTOP, NewPage
from tests.browser.respondent import Site
from tests.browser.test_states import assert_accessible
from tests.scanning import drawn, scan


def poster() -> bytes:
    """A poster of A4."""
    sheet = Sheet()
    sheet.box(0, 0, 600, 850, Colour(0.04, 0.36, 0.4))
    sheet.text(300, 300, 60, "网络安全", Colour(1, 1, 1))
    return sheet.pdf("海报")


def enter(page: Page, site: Site, door: str, key: str) -> None:
    """Shows a key at a door."""
    page.goto(f"{site.base_url}/{door}")
    page.fill("#key", key)
    page.click("main .button")
    expect(page.locator("#key")).to_have_count(0)


def test_a_poster_goes_from_the_secretariat_to_a_unit(site: Site, new_page: NewPage, tmp_path: Path) -> None:
    """An operator puts it up with a place for codes, after a place beside it was refused; the unit's page offers it,
    and what comes down leads to the unit's link."""
    campaign = stage.make_campaign()
    code, unit_key = stage.make_link(campaign), rotate_key(campaign, "u1", now_ms(), "test")
    page = new_page(viewport=DESKTOP)
    enter(page, site, "secretariat", stage.member_key(Rank.OPERATOR))
    page.get_by_role("link", name="宣传物料").click()

    for x in ("90", "60"):
        page.fill("#name", "夏季海报")
        page.set_input_files("#file", {"name": "a.bin", "mimeType": "application/pdf", "buffer": poster()})
        for name, value in (("x", x), ("y", "70"), ("size", "30")):
            page.fill(f"#{name}", value)
        page.click("#h-add + form .button")
        expect(page.locator("#spot .err")).to_have_count(1 if x == "90" else 0)
        assert_accessible(page)
    expect(page.locator(".links h2")).to_have_text("夏季海报")

    unit = new_page()
    enter(unit, site, "desk", unit_key)
    unit.get_by_role("link", name="宣传物料").click()
    expect(unit.locator(".links h2")).to_have_text("夏季海报")
    assert_accessible(unit)
    with unit.expect_download() as coming:
        unit.locator(".plainlist a").first.click()
    assert scan(drawn(Path(coming.value.path()).read_bytes(), 150, tmp_path), tmp_path) == [
        f"{site.base_url}/S/{code}".upper()
    ]


def test_a_reader_is_offered_nothing_to_change(site: Site, new_page: NewPage) -> None:
    """Neither buttons nor pages; and what is tried all the same is refused in words."""
    stage.make_link(stage.make_campaign())
    page = new_page()
    enter(page, site, "secretariat", stage.member_key(Rank.READER))

    for path in ("", "/campaign", "/exports", "/materials", "/audit", "/units/u1"):
        page.goto(f"{site.base_url}/secretariat{path}")
        assert page.locator("main form[method=post] button").all_inner_texts() == ["退出"]
        assert_accessible(page)
    page.goto(f"{site.base_url}/secretariat/members")

    expect(page.locator("h1")).to_have_text("您的角色不能这样做")
    expect(page.locator("main")).to_contain_text("管理员")
    assert_accessible(page)
