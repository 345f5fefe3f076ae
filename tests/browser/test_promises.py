"""What the page says of the device, and of errors, is true."""

import json

from playwright.sync_api import expect

from tests import stage
from tests.browser.conftest import NewPage
from tests.browser.respondent import KEEP, STEP, Respondent, Site

DAY_MS = 86_400_000
AGED = """([key, ms]) => {
    const draft = JSON.parse(localStorage.getItem(key));
    localStorage.setItem(key, JSON.stringify({ ...draft, kept: draft.kept - ms }));
}"""
HAS_TICKET = "key => JSON.parse(localStorage.getItem(key)).ticket"
NO_STORAGE = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no') }})"


def test_a_draft_is_forgotten_after_three_days(site: Site, new_page: NewPage) -> None:
    """Whatever link is opened then, and not before; words for those who share a device stand beside the draft."""
    me = Respondent(new_page(), stage.make_link(), seed=81)
    me.open(site)
    me.answer_step()
    me.page.wait_for_function(HAS_TICKET, arg=f"minsheng:{me.code}")
    for days, left in ((2, True), (2, False)):
        me.page.evaluate(AGED, [f"minsheng:{me.code}", days * DAY_MS])
        me.page.goto(site.address(stage.make_link()))
        assert me.page.evaluate("key => localStorage.getItem(key) !== null", f"minsheng:{me.code}") is left
    assert me.page.evaluate("localStorage.length") == 0  # nor what was noted beside it

    me.page.evaluate(KEEP, [f"minsheng:{me.code}", {"answers": {"q1": "a"}}])
    me.page.goto(site.address(me.code))
    expect(me.page.locator("#shared")).to_contain_text("公用")


def test_where_nothing_can_be_kept_it_is_said(site: Site, new_page: NewPage) -> None:
    """The promise that answers are kept gives way to a warning."""
    page = new_page()
    page.goto(site.address(stage.make_link()))
    expect(page.locator("#kept")).to_be_visible()
    expect(page.locator("#unkept")).to_be_hidden()

    page.add_init_script(NO_STORAGE)
    page.reload()

    expect(page.locator("#unkept")).to_be_visible()
    expect(page.locator("#kept")).to_be_hidden()


def test_errors_heal_and_answers_are_taken_back(site: Site, new_page: NewPage) -> None:
    """Each error goes when it is mended, the last one with the summary; an optional answer can be taken back; the last
    letter typed is kept when the page is left."""
    me = Respondent(new_page(), stage.make_link(), topics=["privacy"], seed=82)
    me.open(site)
    me.page.click("#next")
    assert me.page.title().startswith("有误：")
    errors = me.page.locator("#errors a")
    while errors.count():
        before = errors.count()
        me.page.locator(f"{STEP} .q:has(.err) .o").first.click()
        expect(errors).to_have_count(before - 1)
    expect(me.page.locator("#errors")).to_be_hidden()
    assert not me.page.title().startswith("有误：")

    me.answer_all(until="about_you")
    me.page.locator("#q-q20 label").first.click()
    me.page.locator("#q-q20 [data-take-back]").click()
    expect(me.page.locator("#q-q20 input:checked")).to_have_count(0)
    me.answers.pop("q20", None)
    me.answer_all()
    me.page.locator("textarea").fill("")
    me.page.locator("textarea").press_sequentially("一直在打字", delay=20)
    me.page.evaluate("dispatchEvent(new Event('pagehide'))")
    kept = json.loads(str(me.page.evaluate("key => localStorage.getItem(key)", f"minsheng:{me.code}")))
    assert kept["answers"]["q21"] == "一直在打字"
    assert "q20" not in kept["answers"]
