"""A secretary's day before a campaign, before the whole running system: annex 1 comes in, links and kits go out."""

import io
import re
import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from infra.drills.running import RunningSystem
from tests.browser.conftest import DESKTOP, NewPage
from tests.browser.test_desks import act, enter
from tests.browser.test_states import assert_accessible
from tests.scanning import drawn, scan, scan_all

PACKED_MS = 240_000
"""Kits of 135 units, on a slow and busy machine."""
FAULTY = """附件1 发起单位征集表,,,,,,
单位名称,省份,城市,联系人,电子邮箱,样本采集量计划,采集链接数量
晨光协会,海外,悉尼,林青,lin@chenguang,三千,2
晨露协会,海外,墨尔本,何苗,he@chenlu.example,"2,000",3
"""
MENDED = FAULTY.replace("lin@chenguang", "lin@chenguang.example").replace("三千", "3000")


def check(page: Page, table: str) -> None:
    """Has a table checked, as a spreadsheet in China saves it."""
    content = table.encode("gb18030")
    page.set_input_files("#table_file", {"name": "附件1.csv", "mimeType": "text/csv", "buffer": content})
    act(page, "检查表格")


def test_a_secretary_registers_units_and_hands_out_kits(
    running_system: RunningSystem, new_page: NewPage, tmp_path: Path
) -> None:
    """A faulty annex 1 is named by row and column and mended; all units get what they lack; all kits come down."""
    page = new_page(viewport=DESKTOP)
    page.goto(f"{running_system.base_url}/secretariat/import")
    page.fill("#key", running_system.demo["secretariat_key"])
    page.click("main .button")

    check(page, FAULTY)
    expect(page.locator("#wrong tbody tr")).to_have_count(2)
    expect(page.locator("#wrong tbody tr").first).to_contain_text("应为一个邮箱地址")
    expect(page.locator("#wrong tbody tr").last).to_contain_text("应为 1 至 100,000,000 的整数")
    expect(page.locator("tbody td.n").first).to_have_text("3")
    assert_accessible(page)
    check(page, MENDED)
    expect(page.locator("[role=status]")).to_contain_text("新单位 2 个")
    act(page, "导入")
    codes = [line.split(",")[0] for line in page.locator("#keys").input_value().split()]

    page.goto(f"{running_system.base_url}/secretariat/units")
    act(page, "全部链接与物料")
    page.fill("#channel", "官方网站")
    act(page, "补足全部单位")
    expect(page.locator("#ordered")).to_contain_text("已完成", timeout=PACKED_MS)
    expect(page.locator("#ordered")).to_contain_text(re.compile(r"已查看 (\d+) / \1 个单位"))

    act(page, "打包全部物料")
    ready = page.locator("#packed a.button")
    expect(ready).to_be_visible(timeout=PACKED_MS)
    assert_accessible(page)
    with page.expect_download() as coming:
        ready.click()
    names_codes_and_sheets_lead_home(zipfile.ZipFile(coming.value.path()), codes, running_system.base_url, tmp_path)


def names_codes_and_sheets_lead_home(archive: zipfile.ZipFile, units: list[str], base_url: str, folder: Path) -> None:
    """Each of the new units' links has its codes and its sheet in that unit's folder; they are read as its address."""
    links = {name.rpartition("/")[0] for name in archive.namelist() if name.split(" ")[0] in units and "qr-" in name}
    assert sorted(place.split(" ")[0] for place in links) == sorted([units[0]] * 2 + [units[1]] * 3)
    for place in links:
        address = f"{base_url}/S/{place.rpartition('/')[2]}".upper()
        codes = [archive.read(f"{place}/qr-{scale}.png") for scale in (10, 20, 40)]
        assert scan_all(codes, folder) == [address] * 3
        assert scan(drawn(archive.read(f"{place}/sheet.pdf"), 72, folder), folder) == [address]


def test_a_template_comes_down_from_the_import_page(running_system: RunningSystem, new_page: NewPage) -> None:
    """A workbook, for the annex that the page is about."""
    page = new_page(viewport=DESKTOP)
    enter(page, running_system, "secretariat", running_system.demo["secretariat_key"])
    page.goto(f"{running_system.base_url}/secretariat/import?of=supporters")
    assert_accessible(page)

    with page.expect_download() as coming:
        page.get_by_role("link", name="supporters.xlsx").click()

    assert "xl/worksheets/sheet1.xml" in zipfile.ZipFile(io.BytesIO(Path(coming.value.path()).read_bytes())).namelist()
