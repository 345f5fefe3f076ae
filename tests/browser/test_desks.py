"""The desks before the whole running system: a unit sees its count rise, a secretary steers, nobody needs scripts."""

import hashlib
import io
import re
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.instants import shanghai
from infra.drills.running import RunningSystem
from tests.browser.conftest import DESKTOP, PHONE, NewPage
from tests.browser.test_states import assert_accessible
from tests.integration.test_running_system import respond

SECRETARIAT = [
    "?q=11-0",
    "/campaign",
    "/new",
    "/units",
    "/import",
    "/links",
    "/gifts",
    "/supporters",
    "/annexes",
    "/exports",
    "/counting",
    "/mail",
    "/materials",
    "/members",
    "/sessions",
    "/audit",
]
COUNTED_MS = 12_000
"""Five seconds until it is counted, one poll, and a slow machine."""


def enter(page: Page, system: RunningSystem, door: str, key: str) -> None:
    """Shows a key at a door."""
    page.goto(f"{system.base_url}/{door}")
    page.fill("#key", key)
    page.click("main .button")
    expect(page.locator("#key")).to_have_count(0)


def act(page: Page, name: str) -> None:
    """Presses a button, or follows a link, by its name."""
    page.locator("main").locator(f"button:has-text('{name}'), a:has-text('{name}')").first.click()


def own_unit(system: RunningSystem, place: int) -> dict[str, Any]:
    """A unit of the demonstration."""
    unit: dict[str, Any] = system.demo["units"][place]
    return unit


@pytest.mark.parametrize(("viewport", "locale"), [(PHONE, "zh-CN"), (DESKTOP, "en-GB")], ids=["phone", "desktop"])
def test_every_page_is_accessible(
    running_system: RunningSystem, new_page: NewPage, viewport: dict[str, int], locale: str
) -> None:
    """No violation, no small target, nothing wider than the screen: doors, desks, forms with errors, confirmations."""
    page, unit = new_page(viewport=viewport, locale=locale), own_unit(running_system, -2)
    page.goto(f"{running_system.base_url}/desk")
    assert_accessible(page)
    page.fill("#key", "wrong")
    page.click("main .button")
    assert_accessible(page)
    enter(page, running_system, "desk", unit["key"])
    page.locator("summary").first.click()
    assert_accessible(page)

    enter(page, running_system, "secretariat", running_system.demo["secretariat_key"])
    for path in [*SECRETARIAT, f"/units/{unit['code']}", "/units/nobody"]:
        page.goto(f"{running_system.base_url}/secretariat{path}")
        assert_accessible(page)
    page.goto(f"{running_system.base_url}/secretariat/campaign")
    page.fill("#schedule", "9am")
    page.click("form.card .button")
    expect(page.locator("#schedule-wrong")).to_be_visible()
    assert_accessible(page)
    page.goto(f"{running_system.base_url}/secretariat/units/{unit['code']}")
    page.locator("section form .plain").first.click()
    expect(page.locator(".danger")).to_be_visible()
    assert_accessible(page)


def test_a_unit_sees_its_count_rise(running_system: RunningSystem, new_page: NewPage) -> None:
    """It enters, a response comes in, and the figures follow without reloading: its own, the link's, the nation's."""
    page, unit = new_page(), own_unit(running_system, -3)
    enter(page, running_system, "desk", unit["key"])
    expect(page.locator("h1")).to_have_text(unit["name"])
    nation = page.locator("[data-n='national.collected']")
    before = int(nation.inner_text().replace(",", ""))
    page.evaluate("window.stayed = true")

    with running_system.client() as netizen:
        respond(netizen, unit["links"][0])

    expect(page.locator("[data-n='unit.collected']")).to_have_text("1", timeout=COUNTED_MS)
    expect(page.locator(f"[data-n='links.{unit['links'][0]['code']}.collected']")).to_have_text("1")
    assert int(nation.inner_text().replace(",", "")) > before
    assert page.evaluate("window.stayed")
    assert all(other["name"] not in page.content() for other in running_system.demo["units"] if other != unit)


@pytest.mark.parametrize(
    ("status", "kind", "body"),
    [(200, "text/html", "<h1>Wi-Fi</h1>"), (403, "text/html", "no"), (200, "application/json", "{}")],
)
def test_what_somebody_else_answers_is_no_figure(
    running_system: RunningSystem, new_page: NewPage, status: int, kind: str, body: str
) -> None:
    """The figures stay, the page says that they are old, and is not loaded anew into whatever answers."""
    page, unit = new_page(), own_unit(running_system, -4)
    enter(page, running_system, "desk", unit["key"])
    page.evaluate("window.stayed = true")
    figures = page.locator("[data-n='unit.collected']").inner_text()
    page.route("**/api/v1/counts*", lambda route: route.fulfill(status=status, content_type=kind, body=body))
    expect(page.locator("#offline")).to_be_visible(timeout=COUNTED_MS)

    assert page.evaluate("window.stayed")
    assert page.locator("[data-n='unit.collected']").inner_text() == figures


def test_a_unit_takes_its_kit_and_names_a_link(running_system: RunningSystem, new_page: NewPage) -> None:
    """Codes are drawn, the kit and a PNG come down by the session alone, a label stays."""
    page, unit = new_page(viewport=DESKTOP), own_unit(running_system, -4)
    enter(page, running_system, "desk", unit["key"])
    link = page.locator(f"#link-{unit['links'][0]['code']}")
    link.scroll_into_view_if_needed()
    expect(link.locator("img")).to_have_js_property("complete", value=True)
    assert link.locator("img").evaluate("image => image.naturalWidth > 0")

    with page.expect_download() as coming:
        page.get_by_role("link", name="下载全部物料").click()
    assert f"{unit['links'][0]['code']}/sheet.pdf" in zipfile.ZipFile(coming.value.path()).namelist()
    with page.expect_download() as coming:
        link.get_by_role("link", name="PNG").click()
    assert Path(coming.value.path()).read_bytes().startswith(b"\x89PNG")

    link.locator("input[name=label]").fill("一号大厅")
    link.get_by_role("button", name="保存").click()
    expect(link.locator("h3")).to_contain_text("一号大厅")


def test_a_secretary_moves_the_window(running_system: RunningSystem, new_page: NewPage) -> None:
    """A close that has passed is refused at its field; a later one is shown, confirmed, and holds."""
    page = new_page(viewport=DESKTOP)
    enter(page, running_system, "secretariat", running_system.demo["secretariat_key"])
    page.get_by_role("link", name="活动设置").click()
    page.fill("#closes_at", "2021-08-13T00:00")
    page.click("form.card .button")
    expect(page.locator("#closes_at-wrong")).to_contain_text("最早可以是")
    expect(page.locator("#errors")).to_be_focused()

    later = f"{shanghai(now_ms()) + timedelta(days=12):%Y-%m-%d}T00:00"
    page.fill("#closes_at", later)
    page.click("form.card .button")
    expect(page.locator("ins")).to_have_text(later.replace("T", " "))
    act(page, "确认更改")

    expect(page.locator("#closes_at")).to_have_value(later)
    with running_system.client(running_system.demo["secretariat_key"]) as client:
        campaign = client.get(f"/api/v1/campaigns/{running_system.demo['campaign']}").json()
    assert campaign["closes_at"].startswith(later)
    assert campaign["recipients"] == ["secretariat@minsheng.example"]


def test_a_secretary_issues_revokes_and_rotates(running_system: RunningSystem, new_page: NewPage) -> None:
    """Links for named points; one revoked after a second question; a new key, after which the old one's session
    ends."""
    page, unit = new_page(viewport=DESKTOP), own_unit(running_system, -5)
    theirs = new_page()
    enter(theirs, running_system, "desk", unit["key"])
    enter(page, running_system, "secretariat", running_system.demo["secretariat_key"])
    page.fill("#q", unit["name"])
    act(page, "查找")
    page.get_by_role("link", name=unit["name"]).click()

    page.fill("#channel", "学校")
    page.fill("#labels", "一中\n二中")
    page.click("#h-issue + form .button")
    issued = page.locator(".links li", has_text="学校")
    expect(issued).to_have_count(2)
    issued.first.get_by_role("button", name="停用").click()
    expect(page.locator(".warn")).to_contain_text("不能恢复")
    act(page, "停用链接")
    expect(page.locator(".links .off")).to_have_count(1)

    act(page, "更换密钥")
    page.locator(".danger").click()
    key = page.locator("#new-key").inner_text()
    unit["key"] = key  # for those who come after us in this system
    expect(theirs.locator("#key")).to_be_visible(timeout=COUNTED_MS)  # the next poll finds the session ended
    theirs.fill("#key", key)
    theirs.click("main .button")
    expect(theirs.locator("h1")).to_have_text(unit["name"])


def test_a_secretary_orders_an_export_and_downloads_it(running_system: RunningSystem, new_page: NewPage) -> None:
    """The page waits for it without reloading; what comes down is what its hash says."""
    page = new_page(viewport=DESKTOP)
    page.goto(f"{running_system.base_url}/secretariat/exports")
    page.fill("#key", running_system.demo["secretariat_key"])
    page.click("main .button")

    act(page, "开始导出")
    ready = page.get_by_role("link", name="下载")
    expect(ready).to_be_visible(timeout=30_000)
    with page.expect_download() as coming:
        ready.click()

    digest = hashlib.sha256(Path(coming.value.path()).read_bytes()).hexdigest()
    expect(page.locator(".hash")).to_have_text(digest)
    page.get_by_role("link", name="操作记录").click()
    expect(page.locator("tbody tr").first).to_contain_text("下载文件")
    expect(page.locator("tbody")).to_contain_text("取得导出文件地址")
    expect(page.locator("tbody")).to_contain_text("开始导出")


def test_a_table_of_units_is_checked_then_imported(running_system: RunningSystem, new_page: NewPage) -> None:
    """A faulty one names row and column and imports nothing; a good one is shown, then done, with its keys; all
    without scripts."""
    page = new_page(viewport=DESKTOP, java_script_enabled=False)
    page.goto(f"{running_system.base_url}/secretariat/import")
    page.fill("#key", running_system.demo["secretariat_key"])
    page.click("main .button")

    def check(table: str) -> None:
        content = table.encode("gb18030")
        page.set_input_files("#table_file", {"name": "units.csv", "mimeType": "text/csv", "buffer": content})
        act(page, "检查表格")

    check("单位名称,单位代码,省份,计划\n晨星协会,99-90,火星,一百\n")
    expect(page.locator("#wrong tbody tr")).to_have_count(2)
    check("单位名称,单位代码,省份,计划\n晨星协会,11-90,北京,100\n")
    expect(page.locator("[role=status]")).to_contain_text("新单位 1 个")
    act(page, "导入")

    code, key = page.locator("#keys").input_value().strip().split(",")
    assert code == "11-90"
    enter(page, running_system, "desk", key)
    expect(page.locator("h1")).to_have_text("晨星协会")


def test_all_works_without_scripts(running_system: RunningSystem, new_page: NewPage) -> None:
    """In by the door, a label, sorting, a confirmation that is declined, and out again."""
    page, unit = new_page(java_script_enabled=False), own_unit(running_system, -6)
    enter(page, running_system, "desk", unit["key"])
    link = page.locator(f"#link-{unit['links'][1]['code']}")
    link.locator("input[name=label]").fill("图书馆")
    link.get_by_role("button", name="保存").click()
    expect(link.locator("h3")).to_contain_text("图书馆")
    act(page, "退出")
    expect(page.locator("#key")).to_be_visible()

    enter(page, running_system, "secretariat", running_system.demo["secretariat_key"])
    page.get_by_role("link", name="采集量").first.click()
    expect(page.locator("[aria-sort=descending]")).to_contain_text("采集量")
    page.goto(f"{running_system.base_url}/secretariat/units/{unit['code']}")
    act(page, "停用")
    act(page, "取消")
    expect(page.locator(".links .off")).to_have_count(0)


def test_a_link_in_a_mail_finds_the_session(running_system: RunningSystem, new_page: NewPage) -> None:
    """From a mail on another site the browser withholds a strict cookie: the page asks once more, from itself."""
    page = new_page(viewport=DESKTOP)
    enter(page, running_system, "secretariat", running_system.demo["secretariat_key"])
    letter = (
        f"<title>m</title><link rel=icon href=data:,><a href='{running_system.base_url}/secretariat/exports'>导出</a>"
    )
    page.route(
        "http://mail.example/", lambda route: route.fulfill(body=letter, content_type="text/html; charset=utf-8")
    )
    page.goto("http://mail.example/")

    page.click("a")

    expect(page.locator("h1")).to_have_text("数据导出")


def test_a_desk_prints(running_system: RunningSystem, new_page: NewPage) -> None:
    """On paper stand figures, charts and codes, without buttons and fields."""
    page, unit = new_page(viewport=DESKTOP), own_unit(running_system, -7)
    enter(page, running_system, "desk", unit["key"])

    page.emulate_media(media="print")

    assert page.locator("button:visible, input:visible").count() == 0
    expect(page.locator(".chart").first).to_be_visible()
    assert io.BytesIO(page.pdf(format="A4")).read(4) == b"%PDF"
    assert re.search(r"\d", page.locator("[data-n='unit.collected']").inner_text())
