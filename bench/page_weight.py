"""How much comes over the wire until the first question can be answered, measured in Chromium.

    python -m bench.page_weight URL

`URL` is a link's page. Everything counts: headers and bodies, as they were transferred.
"""

import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench.figures import Figure
from infra.drills.running import RunningSystem

CHROMIUM = "/usr/bin/chromium"
_QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@dataclass(frozen=True)
class Weight:
    """What a first visit costs."""

    requests: tuple[str, ...]
    """The paths asked for, in order."""
    transferred: int
    """Bytes over the wire, headers included."""


def weigh(browser: Browser, url: str) -> Weight:
    """Opens `url` with an empty cache on a phone, starts, and stops where the first question is there."""
    context = browser.new_context(viewport={"width": 360, "height": 640}, locale="zh-CN")
    page = context.new_page()
    session = context.new_cdp_session(page)
    asked: list[str] = []
    sizes: list[int] = []

    def on_request(event: dict[str, Any]) -> None:
        if not event["request"]["url"].startswith("data:"):
            asked.append(event["request"]["url"])

    session.on("Network.requestWillBeSent", on_request)
    session.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    session.send("Network.enable")
    page.goto(url, wait_until="networkidle")
    page.click("#start")
    page.locator(".step:not([hidden]) input").first.wait_for()
    page.wait_for_load_state("networkidle")
    context.close()
    return Weight(tuple(asked), sum(sizes))


def measure() -> list[Figure]:
    """The heavier of the two editions' pages, of the running system."""
    with tempfile.TemporaryDirectory() as scratch, RunningSystem(Path(scratch) / "data", WORKERS="1") as system:
        links = {link["edition"]: link["url"] for link in system.demo["units"][0]["links"]}
        weights = [_weigh(url) for url in links.values()]
    return [
        Figure("requests until the first question", max(len(one.requests) for one in weights), at_most=3),
        Figure("over the wire", max(one.transferred for one in weights) / 1_000, "KB", at_most=30, peers="hundreds"),
    ]


def _weigh(url: str) -> Weight:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_QUIET)
        try:
            return weigh(browser, url)
        finally:
            browser.close()


if __name__ == "__main__":
    print(_weigh(sys.argv[1]))
