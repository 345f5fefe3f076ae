"""The review before sending: what is shown of it, in which order, and the ways back."""

from playwright.sync_api import expect

from tests import stage
from tests.browser.conftest import NewPage
from tests.browser.respondent import Respondent, Site


def test_changing_an_answer_from_the_review(site: Site, new_page: NewPage) -> None:
    """What isn't wholly answered comes first; a section opens; `Change` leads to the step, and one step leads back."""
    me = Respondent(new_page(), stage.make_link(), seed=7)
    titles = {section["id"]: section["title"] for section in me.definition["sections"]}
    me.answers.pop("q20", None)
    me.open(site)
    me.answer_all()

    sections = me.page.locator(".head")
    expect(sections.first.locator("h3")).to_have_text(titles["about_you"])
    count = len(next(each for each in me.definition["sections"] if each["id"] == "about_you")["questions"])
    expect(sections.first.locator("summary span")).to_have_text(f"已答 {count - 1}/{count} 题")
    expect(me.page.locator("#given dt:visible")).to_have_count(0)
    sections.first.locator("summary").press("Enter")
    expect(sections.first.locator("dd").filter(has_text="未填")).to_be_visible()
    sections.first.locator("summary").press("Enter")
    assert me.page.locator("#form").evaluate("form => form.offsetHeight") <= 2.2 * 640

    me.page.get_by_role("button", name=f"修改 {titles['online_life']}").click()
    assert me.step() == "online_life"
    me.answers["q1"] = "f" if me.answers["q1"] != "f" else "a"
    me.answer_step()
    me.next()
    assert me.step() == "_review"

    me.assert_stored(me.send())
