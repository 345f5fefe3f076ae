"""Bad networks, impatient fingers, two tabs: one response, never lost, never doubled."""

from collections.abc import Callable

from playwright.sync_api import Route, expect

from tests import stage
from tests.browser.conftest import NewPage
from tests.browser.respondent import STEP, TICKETS, Respondent, Site

RESPONSES = "**/api/v1/responses"
NO_ROOM = "() => { Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError') } }"


def failing_first(times: int, fail: Callable[[Route], None]) -> Callable[[Route], None]:
    """A handler that fails so often, and then lets everything through."""
    left = [times]

    def handle(route: Route) -> None:
        left[0] -= 1
        fail(route) if left[0] >= 0 else route.continue_()

    return handle


def lose_the_reply(route: Route) -> None:
    """The server gets it and answers; the answer is lost on the way."""
    route.fetch()
    route.abort("connectionreset")


def test_cut_off_in_the_middle_and_back(site: Site, new_page: NewPage) -> None:
    """Offline from the first answer on: everything can be answered, it says what waits, and sends itself when back."""
    me = Respondent(new_page(), stage.make_link(), topics=["privacy"], seed=11)
    me.open(site)
    finished = "requestfinished"  # what is still on its way would say that there is a network
    with (
        me.page.expect_event(finished, lambda request: "/regions." in request.url),
        me.page.expect_event(finished, lambda request: "/topics?" in request.url),
        me.page.expect_event(finished, lambda request: request.url.endswith("/tickets")),
    ):
        me.page.locator("#q-q1 label").first.click()
    me.page.wait_for_function("() => localStorage.length > 0 && Object.values(localStorage).join().includes('ticket')")
    me.page.context.set_offline(True)
    expect(me.page.locator("#offline")).to_be_visible()
    me.answer_all()

    me.page.wait_for_timeout(450)
    me.page.click("#send")
    expect(me.page.locator("#why")).to_contain_text("没有网络")
    assert stage.stored(me.code) == []
    me.page.context.set_offline(False)

    me.assert_stored(me.receipt())


def test_a_lost_reply_is_asked_for_again(site: Site, new_page: NewPage) -> None:
    """The server had it, the device doesn't know: the retry brings the same receipt, and there is one response."""
    me = Respondent(new_page(), stage.make_link(), seed=12)
    me.resume_at_review(site)
    me.page.route(RESPONSES, failing_first(2, lose_the_reply))

    me.assert_stored(me.send())


def test_a_busy_server_is_asked_again(site: Site, new_page: NewPage) -> None:
    """503 and 429 are no last words, for tickets as for responses."""
    me = Respondent(new_page(), stage.make_link(), seed=13)
    me.resume_at_review(site)
    me.page.route(TICKETS, failing_first(1, lambda route: route.fulfill(status=429, headers={"Retry-After": "1"})))
    later = {"Retry-After": "Wed, 25 Nov 2026 09:00:00 GMT"}  # as a date, it is no number of seconds
    me.page.route(RESPONSES, failing_first(1, lambda route: route.fulfill(status=503, body="<html>", headers=later)))

    me.page.wait_for_timeout(450)
    me.page.click("#send")
    expect(me.page.locator("#why")).to_contain_text("2 秒后自动再试")

    me.assert_stored(me.receipt())


def test_leaving_while_it_is_being_sent(site: Site, new_page: NewPage) -> None:
    """Closed in the middle of sending, opened again: it goes on by itself, with the same ticket."""
    me = Respondent(new_page(), stage.make_link(), seed=14)
    me.resume_at_review(site)
    me.page.route(RESPONSES, lose_the_reply)
    me.page.wait_for_timeout(450)
    me.page.click("#send")
    expect(me.page.locator("#retry")).to_be_visible()
    context = me.page.context
    me.page.close()

    me.page = new_page(context)
    me.page.goto(site.address(me.code))

    me.assert_stored(me.receipt())


def test_double_click_on_send(site: Site, new_page: NewPage) -> None:
    """Two clicks, one request to store, one response; nor does a double click on the step before send anything."""
    me = Respondent(new_page(), stage.make_link(), seed=15)
    me.resume_at_review(site)
    posts: list[str] = []
    me.page.on("request", lambda request: posts.append(request.url) if request.url.endswith("responses") else None)
    me.page.click("#back")
    assert me.step() == "about_you"
    me.page.dblclick("#next")
    assert me.step() == "_review"
    assert posts == []

    me.page.wait_for_timeout(450)
    me.page.dblclick("#send")

    me.assert_stored(me.receipt())
    assert len(posts) == 1


def test_reload_on_every_step(site: Site, new_page: NewPage) -> None:
    """Each step comes back as it was left."""
    me = Respondent(new_page(), stage.make_link(), seed=16)
    me.open(site)
    while True:
        me.answer_step()
        name = me.step()
        me.page.wait_for_timeout(450) if name == "_review" else None
        me.page.reload()
        assert me.step() == name
        if name == "_review":
            break
        me.next()

    receipt = me.send()
    me.page.reload()

    assert me.receipt() == receipt
    me.assert_stored(receipt)


def test_the_back_button(site: Site, new_page: NewPage) -> None:
    """The browser's back and forward go through the steps, and lose nothing."""
    me = Respondent(new_page(), stage.make_link(), seed=17)
    me.open(site)
    me.answer_all(until="feelings")

    me.page.go_back()
    assert me.step() == "harms"
    me.page.go_back()
    assert me.step() == "online_life"
    me.page.go_back()
    expect(me.page.locator("#intro")).to_be_visible()
    me.page.go_forward()
    me.page.go_forward()
    assert me.step() == "harms"
    me.page.click("#back")
    assert me.step() == "online_life"
    me.page.go_forward()
    me.next()
    me.answer_all()

    me.assert_stored(me.send())


def test_somebody_else_on_the_same_device(site: Site, new_page: NewPage) -> None:
    """After the receipt another person starts with an empty form and a ticket of their own."""
    me = Respondent(new_page(), stage.make_link(), seed=20)
    me.resume_at_review(site)
    first = me.send()

    me.page.click("[data-anew]")
    me.start()
    expect(me.page.locator(f"{STEP} input:checked")).to_have_count(0)
    me.seed = 21
    me.__post_init__()
    me.resume_at_review(site)
    second = me.send()

    assert sorted(one.response.receipt for one in stage.stored(me.code)) == sorted([first, second])


def test_without_a_place_to_keep_anything(site: Site, new_page: NewPage) -> None:
    """Where the browser forbids storage the draft lives as long as the page, and sending works."""
    page = new_page()
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no') }})")
    me = Respondent(page, stage.make_link(), seed=22)
    me.open(site)

    me.answer_all()

    me.assert_stored(me.send())


def test_a_device_without_room(site: Site, new_page: NewPage) -> None:
    """Where keeping fails half way, the draft goes on in the page, and nothing of it stays behind after the receipt."""
    me = Respondent(new_page(), stage.make_link(), seed=24)
    me.open(site)
    me.answer_all(until="feelings")
    me.page.evaluate(NO_ROOM)

    me.answer_all()

    me.assert_stored(me.send())
    assert me.page.evaluate("localStorage.length") == 0


def test_rubbish_in_the_place_of_a_draft(site: Site, new_page: NewPage) -> None:
    """What isn't a draft of ours is passed over; the first answer takes its place."""
    me = Respondent(new_page(), stage.make_link())
    me.page.goto(site.address(me.code))
    keep = "([key, rubbish]) => localStorage.setItem(key, rubbish)"

    for rubbish in ("{", "null", "7", '"x"', "[]", '{"answers": null}', '{"version": "1"}'):
        me.page.evaluate(keep, [f"minsheng:{me.code}", rubbish])
        me.page.goto(site.address(me.code))
        me.start()
        me.page.locator("#q-q1 label").first.click()
        kept = me.page.evaluate("key => JSON.parse(localStorage.getItem(key))", f"minsheng:{me.code}")
        assert kept["answers"] == {"q1": "a"}, rubbish


def test_cut_off_before_the_regions_came(site: Site, new_page: NewPage) -> None:
    """Offline before they were there: the region alone waits, and is asked for again before the answers are sent."""
    me = Respondent(new_page(), stage.make_link(), topics=["privacy"], seed=25)
    region = me.answers.pop("q18")
    regions = "**/regions.*"
    me.page.route(regions, lambda route: route.abort())
    with me.page.expect_event("requestfinished", lambda request: "/topics?" in request.url):
        me.open(site)
    me.page.context.set_offline(True)
    me.answer_all()
    me.page.unroute(regions)
    me.page.context.set_offline(False)
    expect(me.page.locator("#offline")).to_be_hidden()

    me.page.wait_for_timeout(450)
    me.page.click("#send")
    expect(me.page.locator("#q-q18")).to_be_visible()
    me.answers["q18"] = region
    me.answer_step()
    me.next()

    me.assert_stored(me.send())
