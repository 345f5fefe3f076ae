"""The whole questionnaire by keyboard alone."""

from random import Random

import pytest
from playwright.sync_api import Page, expect

from chalicelib.instrument import questionnaires
from tests import stage
from tests.browser.conftest import NewPage
from tests.browser.respondent import Respondent, Site, draw
from tests.plain import chosen_answers

DRAWN = [
    (edition, topic, topic) for edition in questionnaires.EDITIONS for topic in questionnaires.load(edition).topics
]
"""Edition, topic drawn, topic answered: each as it is drawn; in WAYS also another than that which is drawn."""
WAYS = [*DRAWN, ("public", "privacy", "shopping")]
FOCUSED = """() => {
    const { id, name, type, tagName, value, checked } = document.activeElement;
    return { id, name: name || "", type: type || "", tag: tagName, value: value || "", checked };
}"""


def answer_by_keyboard(page: Page, me: Respondent[Page], name: str, kind: str) -> None:
    """With the focus on a control, gives its part of the answer by keys."""
    question, _, row = name.partition(".")
    answer = me.topics if question == "_topic" else me.answers.get(question)
    wanted = answer.get(row) if isinstance(answer, dict) else answer
    if kind == "radio" and wanted is not None:
        page.keyboard.press("Space")
        for _ in range(12):
            if page.evaluate(FOCUSED)["value"] == str(wanted):
                return
            page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name} can't be set to {wanted} by arrow keys")
    if kind == "checkbox":
        at = page.evaluate(FOCUSED)
        if at["checked"] != (at["value"] in (wanted or [])):
            page.keyboard.press("Space")
    if kind == "textarea":
        page.keyboard.type(str(wanted))


def tab_through(page: Page, me: Respondent[Page], button: str = "next") -> None:
    """From where the focus is to the button, answering on the way."""
    for _ in range(150):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at["id"] == button:
            return
        if at["id"] == "f-q18":
            region_by_keyboard(page)
        elif at["tag"] == "SELECT":
            page.keyboard.press("ArrowDown")
        else:
            answer_by_keyboard(page, me, at["name"], at["type"])
    raise AssertionError("the tab key doesn't lead to the button")


def tab_to_choice(page: Page) -> None:
    """At a topic drawn, from the step's head to the way to other topics."""
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.hasAttribute('data-choose-topics')")


@pytest.mark.parametrize(("edition", "drawn", "topic"), WAYS)
def test_keyboard_only(site: Site, new_page: NewPage, edition: str, drawn: str, topic: str) -> None:
    """Tab, space, arrows and Enter are enough, from the start to the receipt, whichever topic is drawn."""
    page = new_page(viewport={"width": 1280, "height": 800})
    draw(page, drawn)
    me = Respondent(page, stage.make_link(edition=edition), edition, topics=[topic], seed=longest(edition, topic))
    me.answers |= {"q18": "110101", "q16": first_leaf(me, "q16"), "q17": first_leaf(me, "q17")}
    page.goto(site.address(me.code))
    tab_through(page, me, "start")
    page.keyboard.press("Enter")

    while me.step() != "_review":
        step = me.step()
        if me.others_are_wanted():
            tab_to_choice(page)
        elif step == "_topics":
            expect(page.locator("input[name=_topic]:checked")).to_have_value(drawn)
            tab_through(page, me)
        else:
            tab_through(page, me)
        page.keyboard.press("Enter")
        expect(page.locator(f"#s-{step}")).to_be_hidden()

    tab_through(page, me, "send")
    page.wait_for_timeout(450)
    page.keyboard.press("Enter")
    me.assert_stored(me.receipt())


def longest(edition: str, topic: str) -> int:
    """The seed, of fifty, whose answers show the most questions: all that can be shown together."""
    definition = questionnaires.load(edition).published("zh-Hans")
    return max(range(50), key=lambda seed: len(chosen_answers(definition, [topic], Random(seed))))


def first_leaf(me: Respondent[Page], name: str) -> str:
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
