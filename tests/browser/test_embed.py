"""The survey inside another site's page."""

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import expect

from chalicelib.links.gateways.embed import snippets
from infra.local import ROOT
from tests import stage
from tests.browser.conftest import NewPage
from tests.browser.respondent import Respondent, Site

SAMPLE = (ROOT / "docs" / "embed-sample.html").read_text("utf-8")
ADDRESS, CODE = "https://minsheng.example/s/7KQ2M4TX", "7KQ2M4TX"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[str]:
    """Another site, on an origin of its own, that serves `tmp_path`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path)))
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def write_sample(folder: Path, site: Site, code: str) -> str:
    """The sample page with a real link in it; gives its name."""
    sample = SAMPLE.replace(ADDRESS, site.address(code)).replace("https://minsheng.example", site.base_url)
    (folder / "sample.html").write_text(sample.replace(CODE, code), "utf-8")
    return "sample.html"


def test_the_sample_page_holds_the_snippets() -> None:
    """What is documented is what is handed out."""
    made = snippets(ADDRESS, CODE, "网民网络安全感受公益调查")

    for snippet in (made.banner, made.button, made.frame):
        assert snippet in SAMPLE


def test_the_frame_sizes_itself(site: Site, new_page: NewPage, elsewhere: str, tmp_path: Path) -> None:
    """The frame is as tall as its content, step by step, and each step begins at its top."""
    page = new_page()
    page.goto(f"{elsewhere}/{write_sample(tmp_path, site, stage.make_link())}")
    frame = page.frame_locator("iframe")

    frame.locator("#start").click()
    expect(frame.locator("#s-online_life")).to_be_visible()
    page.wait_for_function("() => document.querySelector('iframe').offsetHeight > 1200")
    frame.locator("#next").click()

    expect(frame.locator("#errors")).to_be_focused()
    content = frame.locator("body").evaluate("e => e.offsetHeight")
    expect(page.locator("iframe")).to_have_css("height", f"{content}px")
    assert frame.locator("header .brand").is_hidden()


def test_answering_inside_the_frame(site: Site, new_page: NewPage, elsewhere: str, tmp_path: Path) -> None:
    """From the start to the receipt without leaving the other site's page, and counted for the frame's link."""
    code, page = stage.make_link(), new_page()
    page.goto(f"{elsewhere}/{write_sample(tmp_path, site, code)}")
    me = Respondent(page.frames[1], code, seed=95)

    me.start()
    me.answer_all()

    me.assert_stored(me.send())
    assert page.url.startswith(elsewhere)


def test_banner_and_button_lead_to_the_link(new_page: NewPage, elsewhere: str, tmp_path: Path) -> None:
    """Both are plain links that carry the code."""
    (tmp_path / "sample.html").write_text(SAMPLE, "utf-8")
    page = new_page()
    page.route("https://minsheng.example/**", lambda route: route.fulfill(body="here"))
    page.goto(f"{elsewhere}/sample.html")

    for link in page.locator("a").all():
        assert link.get_attribute("href") == ADDRESS
        assert link.is_visible()
