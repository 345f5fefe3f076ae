"""Two tabs of one link share a draft and a ticket, and make one response."""

import pytest
from playwright.sync_api import expect

from tests import stage
from tests.browser.conftest import NewPage
from tests.browser.respondent import Respondent, Site


def test_two_tabs_are_one_response(site: Site, new_page: NewPage) -> None:
    """Both tabs show the same answers and share one ticket; what one sends, the other knows."""
    me = Respondent(new_page(), stage.make_link(), seed=18)
    me.open(site)
    me.answer_step()
    other = Respondent(new_page(me.page.context), me.code, seed=18)
    other.page.goto(site.address(me.code))
    other.start()
    assert other.step() == "harms"

    me.page.bring_to_front()
    me.next()
    me.answer_all()
    other.page.reload()
    receipt = me.send()

    assert other.receipt() == receipt
    me.assert_stored(receipt)


def test_both_tabs_send(site: Site, new_page: NewPage) -> None:
    """Sent from both at once, there is still one response, and both show its receipt."""
    me = Respondent(new_page(), stage.make_link(), seed=19)
    me.resume_at_review(site)
    other = Respondent(new_page(me.page.context), me.code, seed=19)
    other.page.goto(site.address(me.code, "#_review"))
    me.page.wait_for_timeout(450)

    me.page.evaluate("document.getElementById('send').click()")
    other.page.evaluate("document.getElementById('send') && document.getElementById('send').click()")

    receipt = me.receipt()
    assert other.receipt() == receipt
    me.assert_stored(receipt)


BEHIND = """key => {
  const get = Storage.prototype.getItem, before = get.call(localStorage, key);
  Storage.prototype.getItem = function (name) { return name === key ? before : get.call(this, name); };
}"""
"""What other tabs store doesn't reach this one."""

SHOWN_AND_HIDDEN = """() => [false, true].forEach(hidden => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
})"""

LATE = """key => {
  const get = Storage.prototype.getItem, set = Storage.prototype.setItem, before = get.call(localStorage, key);
  let own = false, changed = 0;
  Storage.prototype.getItem = function (name) {
    const now = get.call(this, name);
    if (own || name !== key || now === before) return now;
    changed = changed || Date.now();
    return Date.now() - changed < 1500 ? before : now;
  };
  Storage.prototype.setItem = function (name, value) {
    own = own || name === key;
    return set.call(this, name, value);
  };
}"""
"""What other tabs store reaches this one a second and a half later, as it may on a busy phone."""


def test_a_tab_in_the_background_undoes_nothing(site: Site, new_page: NewPage) -> None:
    """It sees the draft of a moment ago, and notes only how long it was looked at."""
    me = Respondent(new_page(), stage.make_link(), seed=29)
    me.open(site)
    other = Respondent(new_page(me.page.context), me.code, seed=29)
    other.page.goto(site.address(me.code))
    other.start()
    other.page.evaluate(BEHIND, f"minsheng:{me.code}")
    me.page.bring_to_front()
    me.answer_all()

    other.page.evaluate(SHOWN_AND_HIDDEN)

    me.assert_stored(me.send())


@pytest.mark.parametrize("late", [False, True])
def test_both_tabs_come_back_online(site: Site, new_page: NewPage, late: bool) -> None:
    """Both wait for the network without a ticket yet; back online they fetch one ticket between them, though what
    one stores reaches the other late."""
    me = Respondent(new_page(), stage.make_link(), seed=23)
    me.resume_at_review(site)
    other = Respondent(new_page(me.page.context), me.code, seed=23)
    other.page.goto(site.address(me.code, "#_review"))
    me.page.context.set_offline(True)
    me.page.bring_to_front()
    me.page.wait_for_timeout(450)
    me.page.click("#send")
    expect(me.page.locator("#why")).to_contain_text("没有网络")
    expect(other.page.locator("#why")).to_contain_text("没有网络")

    if late:
        other.page.evaluate(LATE, f"minsheng:{me.code}")

    me.page.context.set_offline(False)

    receipt = me.receipt()
    assert other.receipt() == receipt
    me.assert_stored(receipt)
