"""Annexes in a real browser: a faulty one from its upload to the import, and one that a unit fills in on a phone."""

import io
from pathlib import Path

from openpyxl import Workbook
from playwright.sync_api import Page, ViewportSize, expect

from chalicelib.associations.store import supporters, units
from chalicelib.associations.usecases.register_units import rotate_key
from chalicelib.kernel.clock import now_ms
from tests import stage
from tests.browser.conftest import DESKTOP, NewPage
from tests.browser.respondent import Site
from tests.browser.test_desks import act
from tests.browser.test_states import assert_accessible

MODERN_PHONE: ViewportSize = {"width": 390, "height": 844}
MOST_CLICKS = 6


def faulty() -> bytes:
    """A workbook as an association sends it: a title, a merged province, a hidden row, a plan that could be two, one
    that is none, and a heading that nobody could understand."""
    book = Workbook()
    sheet = book.active
    sheet.append(["2027年发起单位征集表"])
    sheet.append(["单位名称", "所在省（市、区）", "今年样本采集量计划（份）", "联系电话", "定额"])
    sheet.append(["晨光网络安全协会", "广东", "5.000", "1.3800138000E10", 4])
    sheet.append(["晨露信息协会", None, "三千", "13900139000", 6])
    sheet.append(["旧日协会", "天津", 900, "13700137000", 1])
    sheet.merge_cells("A1:E1")
    sheet.merge_cells("B3:B4")
    sheet.row_dimensions[5].hidden = True
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def signed_in(page: Page, address: str, key: str) -> None:
    """Opens a desk with a key."""
    page.goto(address)
    page.fill("#key", key)
    page.click("main .button")


def picture(page: Page, folder: Path, name: str) -> None:
    """All of the page, to be looked at."""
    page.screenshot(path=folder / f"{name}.png", full_page=True)


def test_a_faulty_annex_is_mended_and_imported(site: Site, new_page: NewPage, tmp_path: Path) -> None:
    """From the upload to the units in at most six clicks; what was understood, asked and wrong is seen before."""
    campaign = stage.make_campaign()
    page = new_page(viewport=DESKTOP)
    signed_in(page, f"{site.base_url}/secretariat/{campaign}/import", stage.secretariat_key())
    clicks = 0

    def click(text: str) -> None:
        nonlocal clicks
        clicks += 1
        act(page, text)

    clicks += 1
    page.set_input_files("#table_file", {"name": "晨光.xlsx", "mimeType": "", "buffer": faulty()})
    click("检查表格")
    expect(page.locator("#wrong tbody tr")).to_have_count(1)
    expect(page.locator(".questions li")).to_have_count(2)
    assert_accessible(page)
    picture(page, tmp_path, "found")

    page.fill("#wrong input", "3000")
    page.fill("[name=cell-3-2]", "5000")
    page.select_option(".questions select", "no")
    page.select_option("[name=column-4]", "links_wanted")
    click("按上面的说明再检查一次")
    expect(page.locator("[role=status]")).to_contain_text("新单位 2 个")
    assert_accessible(page)
    picture(page, tmp_path, "mended")
    click("导入")
    expect(page.locator("#keys")).to_be_visible()

    assert clicks <= MOST_CLICKS
    found = {one.name: (one.province, one.plan, one.links_wanted) for one in units.of_campaign(campaign)[:2]}
    assert found == {"晨光网络安全协会": ("44", 5000, 4), "晨露信息协会": ("44", 3000, 6)}


def test_a_unit_fills_in_its_annexes_on_a_phone(site: Site, new_page: NewPage, tmp_path: Path) -> None:
    """From the desk's own hint: a draft, a fault that is named, handed in; sent back, mended, handed in again."""
    campaign = stage.make_campaign()
    page, office = new_page(viewport=MODERN_PHONE), new_page(viewport=DESKTOP)
    desk = f"{site.base_url}/desk/{campaign}"
    signed_in(page, desk, rotate_key(campaign, "u1", now_ms(), "test"))
    page.get_by_role("link", name="填写报名材料").click()
    assert_accessible(page)
    one, two = (
        page.locator("section", has=page.locator("#units")),
        page.locator("section", has=page.locator("#supporters")),
    )

    one.get_by_label("计划采集量").fill("三千")
    one.get_by_label("联系人").fill("林青")
    one.get_by_label("联系电话").fill("13800138000")
    one.get_by_label("版本").first.select_option("public")
    one.get_by_label("入口位置").first.fill("学校")
    one.get_by_label("数量").first.fill("12")
    one.get_by_role("button", name="保存草稿").click()
    expect(one.get_by_role("status")).to_contain_text("草稿")
    one.get_by_role("button", name="提交").click()
    expect(page.locator("#errors a")).to_have_count(1)
    assert_accessible(page)
    picture(page, tmp_path, "wrong")
    page.locator("#errors a").click()
    page.keyboard.press("Control+A")
    page.keyboard.type("3000")
    one.get_by_role("button", name="提交").click()
    expect(one.get_by_role("status")).to_contain_text("提交")

    two.get_by_label("支持单位名称").first.fill("青禾中学")
    two.get_by_label("类型").first.select_option("school")
    two.get_by_label("奖品和数量").first.fill("保温杯 50\n书签 200")
    two.get_by_role("button", name="提交").click()
    expect(two.get_by_role("status")).to_contain_text("提交")
    assert_accessible(page)
    picture(page, tmp_path, "handed-in")

    signed_in(office, f"{site.base_url}/secretariat/{campaign}/annexes", stage.secretariat_key())
    office.locator("#filled-in ~ .scroll a").click()
    assert_accessible(office)
    office.get_by_label("退回原因").last.fill("请补充书签的数量")
    office.get_by_role("button", name="退回").last.click()
    expect(office.locator("#filled-in ~ .scroll")).to_contain_text("已退回")
    picture(office, tmp_path, "sent-back")

    page.goto(desk)
    page.get_by_role("link", name="填写报名材料").click()
    expect(two.get_by_role("status")).to_contain_text("请补充书签的数量")
    two.get_by_label("奖品和数量").first.fill("书签 2,000")
    two.get_by_role("button", name="提交").click()
    expect(two.get_by_role("status")).to_contain_text("提交")
    assert [(prize.name, prize.quantity) for prize in supporters.of_campaign(campaign)[0].prizes] == [("书签", 2000)]
    assert (units.read(campaign, "u1").plan, units.read(campaign, "u1").links_wanted) == (3000, 12)
