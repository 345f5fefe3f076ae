"""What stands between a phone and us, and answers in our place: no reply at all, whatever its status says."""

import json
from itertools import cycle

import pytest
from playwright.sync_api import Route, expect

from tests import stage
from tests.browser.conftest import NewPage
from tests.browser.respondent import STEP, TICKETS, Respondent, Site
from tests.browser.test_network import RESPONSES

LOGIN = {"content_type": "application/json", "body": '{"code":0}'}
BLOCKED = {"content_type": "text/html", "body": "<h1>Access denied</h1>"}
ALMOST = {"content_type": "application/json", "body": json.dumps({"receipt": "", "accepted_at": "now"})}


@pytest.mark.parametrize(
    ("status", "foreign"),
    [(200, LOGIN), (200, ALMOST), (403, BLOCKED), (404, LOGIN)],
    ids=["login", "almost", "403", "404"],
)
def test_sending_through_a_foreign_box(site: Site, new_page: NewPage, status: int, foreign: dict[str, str]) -> None:
    """The answers stay on the device and are tried again; once the box is gone they are stored once."""
    me = Respondent(new_page(), stage.make_link(), seed=71)
    me.resume_at_review(site)
    me.page.route(RESPONSES, lambda route: route.fulfill(status=status, **foreign))
    me.page.wait_for_timeout(450)
    me.page.click("#send")
    expect(me.page.locator("#why")).to_contain_text("自动再试")

    kept = json.loads(str(me.page.evaluate("key => localStorage.getItem(key)", f"minsheng:{me.code}")))
    assert kept["pending"]["answers"] == me.answers
    me.page.unroute(RESPONSES)
    me.page.click("#retry")

    me.assert_stored(me.receipt())


def test_answering_behind_a_foreign_box(site: Site, new_page: NewPage) -> None:
    """Refusals that aren't ours, while answering, throw nobody out; the ticket comes when the way is free."""
    me = Respondent(new_page(), stage.make_link(), seed=72)
    statuses = cycle([403, 404, 400, 201])
    asked: list[int] = []

    def block(route: Route) -> None:
        asked.append(next(statuses))
        route.fulfill(status=asked[-1], **BLOCKED)  # type: ignore[arg-type]

    me.page.route(TICKETS, block)
    me.open(site)
    me.answer_step()
    me.next()
    me.answer_step()
    for _ in range(4):  # each answer asks anew
        with me.page.expect_response(TICKETS):
            me.page.locator(STEP).locator("input").first.dispatch_event("change")

    assert {403, 404, 400, 201} <= set(asked)
    expect(me.page.locator(STEP)).to_have_id("s-harms")
    me.page.unroute(TICKETS)
    me.answer_all()
    me.assert_stored(me.send())
