"""The whole questionnaire by keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

from chalicelib import questionnaires
from tests import stage
from tests.browser.conftest import NewPage
from tests.browser.respondent import Respondent, Site

FOCUSED = """() => {
    const { id, name, type, tagName, value } = document.activeElement;
    const question = document.activeElement.closest("[data-q]");
    const q = question && question.dataset.q;
    return { id, name: name || "", type: type || "", tag: tagName, value: value || "", q };
}"""


def answer_by_keyboard(page: Page, me: Respondent, name: str, kind: str) -> None:
    """With the focus on a control, gives its part of the answer by keys."""
    question, _, row = name.partition(".")
    answer = me.answers.get(question)
    wanted = answer.get(row) if isinstance(answer, dict) else answer
    if kind == "radio" and wanted is not None:
        page.keyboard.press("Space")
        for _ in range(12):
            if page.evaluate(FOCUSED)["value"] == str(wanted):
                return
            page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name} can't be set to {wanted} by arrow keys")
    if kind == "checkbox" and page.evaluate(FOCUSED)["value"] in (wanted or []):
        page.keyboard.press("Space")
    if kind == "textarea":
        page.keyboard.type(str(wanted))


def tab_through(page: Page, me: Respondent) -> None:
    """From the step's heading to its button, answering on the way."""
    for _ in range(150):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at["id"] == "next":
            return
        if at["id"] == "f-q18":
            region_by_keyboard(page)
        elif at["tag"] == "SELECT":
            page.keyboard.press("ArrowDown")
        else:
            answer_by_keyboard(page, me, at["name"], at["type"])
    raise AssertionError("the tab key doesn't lead to the button")


@pytest.mark.parametrize("edition", questionnaires.EDITIONS)
def test_keyboard_only(site: Site, new_page: NewPage, edition: str) -> None:
    """Tab, space, arrows and Enter are enough, from the start to the receipt."""
    page = new_page(viewport={"width": 1280, "height": 800})
    me = Respondent(page, stage.make_link(edition=edition), edition, seed=41)
    me.answers |= {"q18": "110101", "q16": first_leaf(me, "q16"), "q17": first_leaf(me, "q17")}
    page.goto(site.address(me.code))
    page.locator("#start").focus()
    page.keyboard.press("Enter")

    while me.step() != "_review":
        step = me.step()
        tab_through(page, me)
        page.keyboard.press("Enter")
        expect(page.locator(f"#s-{step}")).to_be_hidden()

    page.locator("#next").focus()
    page.wait_for_timeout(450)
    page.keyboard.press("Enter")
    me.assert_stored(me.receipt())


def first_leaf(me: Respondent, name: str) -> str:
    """The first leaf of a cascade's first group."""
    questions = [q for section in me.definition["sections"] for q in section["questions"]]
    group = next(q for q in questions if q["id"] == name)["options"][0]
    return str((group["options"] or [group])[0]["id"])


def region_by_keyboard(page: Page) -> None:
    """Opens the picker, searches, and takes the first hit."""
    if page.locator("#q-q18 input[type=hidden]").input_value():
        return
    page.keyboard.press("Enter")
    expect(page.locator("#search-q18")).to_be_focused()
    page.keyboard.type("东城区")
    expect(page.locator("#q-q18 .chips button")).not_to_have_count(0)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#f-q18")).to_be_focused()
