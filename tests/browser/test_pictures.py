"""Pictures of each page at both sizes, for people to look at. `PICTURES=docs/pictures` renews those of the README."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from infra.local import ROOT
from tests import stage
from tests.browser.conftest import PHONE, NewPage
from tests.browser.respondent import STEP, Respondent, Site
from tests.browser.small_png import shrink
from tests.browser.test_states import address

MOST_BYTES = 60_000
LAPTOP = {"width": 1024, "height": 640}


@pytest.mark.parametrize(("size", "viewport"), [("phone", PHONE), ("desktop", LAPTOP)])
def test_pictures(site: Site, new_page: NewPage, tmp_path: Path, size: str, viewport: dict[str, int]) -> None:
    """Every page can be brought before the camera."""
    folder = Path(os.environ.get("PICTURES", tmp_path))
    me = Respondent(new_page(viewport=viewport), stage.make_link(), topics=["minors"], seed=70)

    def picture(name: str) -> None:
        taken = me.page.screenshot(animations="disabled")
        (folder / f"{name}-{size}.png").write_bytes(shrink(taken) if "PICTURES" in os.environ else taken)

    for state in ("home", "privacy", "scheduled", "closed", "unknown", "form"):
        me.page.goto(address(site, state))
        picture("plain" if state == "form" else state)
    _walk(me, site, picture)


def _walk(me: Respondent[Page], site: Site, picture: Callable[[str], None]) -> None:
    me.page.goto(site.address(me.code))
    picture("intro")
    me.start()
    me.page.click("#next")
    picture("errors")
    me.answer_all(until="feelings")
    me.answer_step()
    me.page.evaluate("document.activeElement.blur(), scrollTo(0, 0)")
    picture("stars")
    me.next()
    while not me.page.locator(f"{STEP}[data-topic]").count():
        me.answer_step()
        me.next()
    me.page.click("[data-choose-topics]:visible")
    me.choose_topics()
    picture("topics")
    me.answer_all(until="about_you")
    me.page.click("#f-q18")
    expect(me.page.locator(".chips")).to_have_count(2)
    me.page.locator("#q-q18").scroll_into_view_if_needed()
    picture("region")
    me.page.click("#f-q18")
    me.answer_all()
    picture("review")
    me.send()
    picture("receipt")


def test_pictures_in_the_repository_are_small() -> None:
    """Those that are kept have 60 KB at most, and there is one of each page and size."""
    kept = sorted((ROOT / "docs" / "pictures").glob("*.png"))

    assert len(kept) >= 26
    assert [path.name for path in kept if path.stat().st_size > MOST_BYTES] == []
