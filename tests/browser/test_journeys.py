"""From the scanned code to the receipt, in every edition, size and language."""

import pytest
from playwright.sync_api import expect

from chalicelib.collection.paradata import seconds
from chalicelib.instrument import questionnaires
from tests import stage
from tests.browser.conftest import DESKTOP, PHONE, NewPage
from tests.browser.respondent import STEP, Respondent, Site, draw


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("edition", questionnaires.EDITIONS)
def test_every_type_of_question_from_start_to_receipt(
    site: Site, new_page: NewPage, edition: str, viewport: dict[str, int]
) -> None:
    """What was chosen is what is stored, for all types and topics; the device keeps the receipt alone."""
    page, topics = new_page(viewport=viewport), questionnaires.load(edition).topics
    me = Respondent(page, stage.make_link(edition=edition), edition, topics, seed=len(edition), by_hand=True)
    me.open(site)

    me.answer_all()
    receipt = me.send()

    me.assert_stored(receipt)
    [one] = stage.stored(me.code)
    assert sum(map(bool, seconds(one.response.paradata))) > len(questionnaires.load(edition).common.sections) // 2
    kept = me.page.evaluate("JSON.stringify(localStorage)")
    assert receipt in kept
    assert "answers" not in kept


def test_in_english(site: Site, new_page: NewPage) -> None:
    """A browser that speaks English gets English, and the same ids are stored."""
    me = Respondent(new_page(locale="en-GB"), stage.make_link(), lang="en", seed=3)
    me.open(site)
    expect(me.page.locator("html")).to_have_attribute("lang", "en")

    me.answer_all()

    me.assert_stored(me.send())


def test_switching_the_language_half_way(site: Site, new_page: NewPage) -> None:
    """The switch keeps every answer and the step, and the language stays chosen."""
    me = Respondent(new_page(), stage.make_link(), seed=4)
    me.open(site)
    me.answer_all(until="governance")

    me.page.click("[data-switch]")
    expect(me.page.locator("html")).to_have_attribute("lang", "en")
    me.page.click("#start")
    assert me.step() == "governance"
    me.lang = "en"
    me.answer_all()

    me.assert_stored(me.send())
    assert "lang=en" in me.page.url


def test_topics_of_one_s_own_choice(site: Site, new_page: NewPage) -> None:
    """Another topic than the one assigned, and one more that is offered before sending."""
    me = Respondent(new_page(), stage.make_link(), topics=["shopping", "minors"], seed=5)
    me.open(site)
    me.topics = ["shopping"]
    me.answer_all()
    me.topics = ["shopping", "minors"]
    expect(me.page.locator("#more button")).to_have_count(len(questionnaires.load("public").topics) - 1)

    me.page.click("#more summary")
    me.page.locator("#more button", has_text="未成年人").click()
    me.answer_all()

    me.assert_stored(me.send())


def test_a_look_at_the_choice_of_topics(site: Site, new_page: NewPage) -> None:
    """It is a step while it is shown; gone back from, the way is as long as before."""
    me = Respondent(new_page(), stage.make_link(), topics=["law"], seed=5)
    draw(me.page, "law")
    me.open(site)
    me.answer_all(until="law")
    where = me.page.locator("#where")
    expect(where).to_have_text("第 5 步，共 7 步")

    me.page.click(f"{STEP} [data-choose-topics]")
    expect(where).to_have_text("第 5 步，共 8 步")
    me.page.go_back()

    expect(me.page.locator("#s-law")).to_be_visible()
    expect(where).to_have_text("第 5 步，共 7 步")


def test_an_option_that_excludes_the_others(site: Site, new_page: NewPage) -> None:
    """Ticking it clears the others; ticking another clears it."""
    me = Respondent(new_page(), stage.make_link())
    me.open(site)
    me.answer_all(until="harms")
    boxes = me.page.locator("#q-q5 input")
    alone = me.page.locator("#q-q5 input[data-alone]")

    boxes.first.check(force=True)
    alone.check(force=True)
    assert not boxes.first.is_checked()

    boxes.first.check(force=True)
    assert not alone.is_checked()


def test_a_branch_appears_and_goes(site: Site, new_page: NewPage) -> None:
    """A question shows once the answer that it depends on is given; hidden again, its answer isn't sent."""
    me = Respondent(new_page(), stage.make_link(), topics=["privacy"], seed=6)
    me.answers["privacy_1"] = "a"
    me.answers.pop("privacy_2", None)
    me.answers.pop("privacy_3", None)
    me.open(site)
    me.answer_all(until="privacy")
    branch = me.page.locator("#q-privacy_2")
    expect(branch).to_be_hidden()

    me.page.locator("#q-privacy_1 label:has(input[value=b])").click()
    expect(branch).to_be_visible()
    branch.locator("label").first.click()
    me.page.locator("#q-privacy_1 label:has(input[value=a])").click()
    expect(branch).to_be_hidden()
    me.answer_all()

    me.assert_stored(me.send())


def test_what_is_missing_leads_to_its_field(site: Site, new_page: NewPage) -> None:
    """The summary takes the focus, names each gap, and each entry leads to its field; then the way is free."""
    me = Respondent(new_page(), stage.make_link())
    me.open(site)

    me.page.click("#next")
    expect(me.page.locator("#errors")).to_be_focused()
    expect(me.page.locator("#errors a")).to_have_count(4)
    me.page.locator("#errors a").nth(1).click()

    expect(me.page.locator("#f-q2")).to_be_focused()
    me.answer_step()
    me.next()
    expect(me.page.locator(".err")).to_have_count(0)


def test_script_in_the_opinion_stays_words(site: Site, new_page: NewPage) -> None:
    """Hostile words are shown and stored as they were typed, and nothing of them runs."""
    me = Respondent(new_page(), stage.make_link(), seed=8)
    me.answers["q21"] = "<img src=x onerror=alert(1)></script><script>alert(2)</script> {{7*7}} \u202e'\";--"
    me.page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    me.open(site)

    me.answer_all()
    me.page.reload()
    expect(me.page.locator("#q-q21 textarea")).to_have_value(me.answers["q21"])

    me.assert_stored(me.send())


def test_searching_for_a_region(site: Site, new_page: NewPage) -> None:
    """Search finds a county by its name, and Enter in the search doesn't leave the step."""
    me = Respondent(new_page(), stage.make_link(), seed=9)
    me.answers["q18"] = "440106"
    me.open(site)
    me.answer_all(until="about_you")
    place = me.page.locator("#q-q18")

    place.locator("button").first.click()
    place.locator("input[type=search]").fill("天河")
    place.locator("input[type=search]").press("Enter")
    expect(me.page.locator(STEP)).to_have_id("s-about_you")
    place.get_by_role("button", name="广东省 广州市 天河区").click()

    expect(place.locator(".picked")).to_have_text("广东省 广州市 天河区")
    me.answers.pop("q18")
    me.answer_step()
    me.answers["q18"] = "440106"
    me.next()
    me.answer_all()
    me.assert_stored(me.send())


@pytest.mark.parametrize("clipboard", ["undefined", "{writeText: () => Promise.reject(new Error('denied'))}"])
def test_copying_the_number(site: Site, new_page: NewPage, clipboard: str) -> None:
    """Also where there is no clipboard, as over plain HTTP, or where it is denied."""
    page = new_page()
    page.add_init_script(f"Object.defineProperty(navigator, 'clipboard', {{value: {clipboard}}})")
    page.add_init_script("addEventListener('copy', () => { window.copied = String(getSelection()) })")
    me = Respondent(page, stage.make_link(), seed=10)
    me.resume_at_review(site)
    receipt = me.send()

    page.click("[data-copy]")

    expect(page.locator("[data-copy]")).to_have_text("已复制")
    assert page.evaluate("window.copied") == receipt
