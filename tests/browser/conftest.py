"""A real browser before a real server: the application behind gunicorn, on the tests' own engine."""

from collections.abc import Callable, Iterator
from typing import TypedDict, Unpack

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from tests import stage
from tests.browser.respondent import Site
from tests.serving import serving

QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
)
PHONE: ViewportSize = {"width": 360, "height": 640}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
NewPage = Callable[..., Page]


class Options(TypedDict, total=False):
    """What a page's own context may be given."""

    viewport: ViewportSize
    locale: str
    java_script_enabled: bool


@pytest.fixture(scope="session")
def site(engine: str) -> Iterator[Site]:
    """The application over HTTP, with links of its own for every test."""
    stage.prepare()
    with serving() as base_url:
        yield Site(base_url)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=[*QUIET])
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[NewPage]:
    """Makes a page in a context of its own (another in `context`); fails the test on any script error or violation of
    the page's own security policy, and on any request to another host."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def make(context: BrowserContext | None = None, **options: Unpack[Options]) -> Page:
        if context is None:
            given: Options = {"viewport": PHONE, "locale": "zh-CN", **options}
            context = chromium.new_context(**given)
            context.set_default_timeout(10_000)
            contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if _is_complaint(said.text, said.type) else None)
        return page

    yield make
    for context in contexts:
        # What a page still asks for would fail as it closes, and be raised in a later test.
        for page in context.pages:
            page.unroute_all(behavior="ignoreErrors")
        context.unroute_all(behavior="ignoreErrors")
        context.close()
    assert complaints == []


def _is_complaint(text: str, kind: str) -> bool:
    return kind == "error" and not text.startswith("Failed to load resource")
