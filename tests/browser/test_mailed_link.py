"""A unit without its key at hand: it has a link mailed, enters by it once, and sees its count rise."""

import email
import email.policy
import re
import time
from email.message import EmailMessage
from pathlib import Path

from playwright.sync_api import Locator, expect

from infra.drills.running import RunningSystem
from tests.browser.conftest import PHONE, NewPage
from tests.browser.test_desks import COUNTED_MS, own_unit
from tests.browser.test_states import assert_accessible
from tests.integration.test_running_system import respond

ADDRESS = "office@mailed-link.example"
_DELIVERED_S = 30


def mailed_to(mailbox: Path, address: str) -> EmailMessage:
    """The mail to this address, as soon as it has come."""
    deadline = time.monotonic() + _DELIVERED_S
    while time.monotonic() < deadline:
        for file in mailbox.glob("*.eml"):
            message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            if message["To"] == address:
                assert isinstance(message, EmailMessage)
                return message
        time.sleep(0.2)
    raise AssertionError(f"no mail to {address} within {_DELIVERED_S} s")


def width_of(drawn: Locator) -> float:
    """How wide it stands on the page."""
    box = drawn.bounding_box()
    assert box is not None
    return box["width"]


def test_a_unit_enters_by_a_mailed_link_and_sees_its_count_rise(
    running_system: RunningSystem, new_page: NewPage
) -> None:
    """On a phone: it asks at the door, the mail comes by SMTP, the link opens its own desk, once; figures follow."""
    unit, page = own_unit(running_system, -9), new_page(viewport=PHONE)
    with running_system.client(running_system.demo["secretariat_key"]) as secretariat:
        contact = {"name": "联络人", "email": ADDRESS}
        secretariat.put(f"/api/v1/units/{unit['code']}/contact", json=contact).raise_for_status()
    page.goto(f"{running_system.base_url}/desk")
    page.fill("#email", "office")
    page.get_by_role("button", name="发送一次性链接").click()
    expect(page.locator("#email-wrong")).to_contain_text("请填写邮箱地址")
    assert_accessible(page)
    page.fill("#email", ADDRESS)
    page.get_by_role("button", name="发送一次性链接").click()
    expect(page.locator("h1")).to_have_text("请查收邮件")
    assert_accessible(page)

    body = mailed_to(running_system.data_dir / "mailbox", ADDRESS).get_body(("plain",))
    assert body is not None
    link = re.search(r"http\S+/enter/\S+", body.get_content())
    assert link is not None
    page.goto(link.group())
    assert_accessible(page)
    page.get_by_role("button", name="进入数据平台").click()
    expect(page.locator("h1")).to_have_text(unit["name"])
    assert_accessible(page)
    page.evaluate("window.stayed = true")
    with running_system.client() as netizen:
        respond(netizen, unit["links"][0])

    expect(page.locator("[data-n='unit.collected']")).to_have_text("1", timeout=COUNTED_MS)
    assert page.evaluate("window.stayed")
    page.goto(link.group())
    expect(page.locator("h1")).to_have_text("链接不能再用")
    assert_accessible(page)


def test_a_chart_tells_its_values_and_follows_the_figures(running_system: RunningSystem, new_page: NewPage) -> None:
    """Under the pointer stands what came in; what the server draws afresh is drawn again."""
    unit, page = own_unit(running_system, -10), new_page()
    page.goto(f"{running_system.base_url}/desk")
    page.fill("#key", unit["key"])
    page.locator("form.card .button").first.click()
    days = page.locator("figure[data-by=day]").first
    expect(days.locator("canvas")).to_have_count(1)
    page.evaluate("document.getElementById('live').dataset.swapEvery = '1'")
    with running_system.client() as netizen:
        respond(netizen, unit["links"][0])

    expect(page.locator("#by-day tbody td").first).to_have_text("1", timeout=2 * COUNTED_MS)
    expect(days.locator("canvas")).to_have_count(1)
    canvas = days.locator(".u-over")
    canvas.hover(position={"x": width_of(canvas) * 0.7, "y": 20})  # the last day, be it alone
    expect(days.locator(".u-legend .u-value").last).to_have_text("1")
    page.emulate_media(media="print")
    expect(days.locator(".uplot")).to_be_hidden()
    assert width_of(days.locator("svg")) > 100
