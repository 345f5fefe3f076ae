"""Somebody who answers the questionnaire in a browser."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Generic, TypeVar

from playwright.sync_api import Frame, Locator, Page, Route, expect

from chalicelib.instrument import questionnaires
from tests import stage
from tests.plain import chosen_answers

STEP = ".step:not([hidden])"
TICKETS = "**/api/v1/tickets"
NAMES = "step => [...step.querySelectorAll('[data-q]')].map(each => each.dataset.q)"
KEEP = "([key, draft]) => localStorage.setItem(key, JSON.stringify(draft))"
MARK = """marks => marks.forEach(([name, value]) => {
    const input = [...document.getElementsByName(name)].find(each => each.value === value);
    if (input.closest("[hidden]")) throw new Error(`${name} is hidden`);
    if (!input.checked) input.click();
})"""
P = TypeVar("P", bound=Page | Frame)


@dataclass(frozen=True)
class Site:
    """Where the pages are."""

    base_url: str

    def address(self, code: str, query: str = "") -> str:
        """The page of a link."""
        return f"{self.base_url}/s/{code}{query}"


def refuse(route: Route, status: int, slug: str) -> None:
    """Answers as our own server does when it refuses."""
    body = json.dumps({"type": f"https://minsheng.example/problems/{slug}", "status": status})
    route.fulfill(status=status, content_type="application/problem+json", body=body)


def draw(page: Page, topic: str) -> None:
    """Has the page's ticket assign this topic: tickets that drew another are passed over."""

    def ask_until_drawn(route: Route) -> None:
        reply = route.fetch()
        while reply.json()["topics"] != [topic]:
            reply = route.fetch()
        route.fulfill(response=reply)

    page.route(TICKETS, ask_until_drawn)


@dataclass
class Respondent(Generic[P]):
    """A page with a questionnaire on it, or a frame in one, and the answers that are to be given."""

    page: P
    code: str
    edition: str = "public"
    topics: Sequence[str] = ()
    seed: int = 1
    lang: str = "zh-Hans"
    by_hand: bool = False
    """Whether every option is tapped where it stands on the screen, which takes a hundred moves of the pointer."""
    answers: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        questionnaire = questionnaires.load(self.edition)
        self.definition: dict[str, Any] = questionnaire.published(self.lang)
        self.topics = self.topics or questionnaire.topics[:1]
        self.answers = chosen_answers(self.definition, self.topics, Random(self.seed))

    def open(self, site: Site, query: str = "") -> None:
        """Opens the link and starts."""
        self.page.goto(site.address(self.code, query))
        self.start()

    def start(self) -> None:
        """From the intro to the first step."""
        self.page.click("#start")
        expect(self.page.locator(STEP)).to_be_visible()

    def step(self) -> str:
        """The name of the step that is shown."""
        return str(self.page.locator(STEP).get_attribute("id")).removeprefix("s-")

    def answer_step(self) -> None:
        """Gives the answers of the step that is shown."""
        self.come_to_own_topics()
        if self.step() == "_topics":
            self.choose_topics()
        here = self.page.locator(STEP).evaluate(NAMES)
        for section in self.definition["sections"]:
            for question in section["questions"]:
                if question["id"] in self.answers and question["id"] in here:
                    self.answer(question, self.answers[question["id"]])

    def come_to_own_topics(self) -> None:
        """Where a topic is shown and others are wanted, chooses them and goes on to the first of them."""
        if self.others_are_wanted():
            self.page.click(f"{STEP} [data-choose-topics]")
            self.choose_topics()
            self.next()

    def others_are_wanted(self) -> bool:
        """Whether a topic's step is shown, and the topics chosen aren't this respondent's."""
        if not self.page.locator(STEP).get_attribute("data-topic"):
            return False
        chosen = self.page.locator("input[name=_topic]:checked").evaluate_all("boxes => boxes.map(box => box.value)")
        return bool(set(chosen) != set(self.topics) and self.page.locator("#s-_topics").count())

    def choose_topics(self) -> None:
        """Ticks the topics, and no others; when the page is whole, since `all` takes what is there."""
        self.page.wait_for_load_state("domcontentloaded")
        for box in self.page.locator("input[name=_topic]").all():
            box.set_checked(box.get_attribute("value") in self.topics)

    def answer(self, question: dict[str, Any], answer: Any) -> None:
        """Answers one question as a person does."""
        name = question["id"]
        place = self.page.locator(f"#q-{name}")
        match question["type"]:
            case "single" | "rating":
                self._mark([(name, answer)])
            case "multiple":
                self._mark([(name, option) for option in answer])
            case "matrix":
                self._mark([(f"{name}.{row}", stars) for row, stars in answer.items()])
            case "cascade":
                self._cascade(question, place, answer)
            case "text":
                place.locator("textarea").fill(answer)
            case "region":
                self.pick_region(place, answer)

    def pick_region(self, place: Locator, code: str) -> None:
        """Walks down the divisions to the code."""
        place.locator("button").first.click()
        for name in questionnaires.regions().path(code, self.lang):
            place.locator(".chips").last.get_by_role("button", name=name, exact=True).click()
        expect(place.locator(f"input[value='{code}']")).to_be_attached()

    def next(self) -> None:
        """Goes on; the next step, or what comes after the last, is there when this returns."""
        before = self.step()
        self.page.click("#next")
        expect(self.page.locator(f"#s-{before}")).to_be_hidden()

    def answer_all(self, until: str = "_review") -> None:
        """Answers step by step until the named one is shown."""
        self.come_to_own_topics()
        while self.step() != until:
            self.answer_step()
            self.next()
            self.come_to_own_topics()
        if until == "_review":
            self.answer_step()

    def resume_at_review(self: "Respondent[Page]", site: Site) -> None:
        """As if all had been answered earlier on this device: the draft is there, the review is shown."""
        self.page.goto(site.address(self.code))
        names = {"q18": " ".join(questionnaires.regions().path(self.answers["q18"], self.lang))}
        draft = {
            "version": self.definition["version"],
            "topics": [*self.topics],
            "answers": self.answers,
            "names": names,
        }
        self.page.evaluate(KEEP, [f"minsheng:{self.code}", draft])
        self.page.goto(site.address(self.code, "#_review"))
        self.page.reload()
        assert self.step() == "_review"

    def send(self) -> str:
        """Sends from the review, and gives the receipt."""
        self.page.wait_for_timeout(450)  # a tap this soon after the review appeared is taken for a slip
        self.page.click("#send")
        return self.receipt()

    def receipt(self) -> str:
        """The receipt, once it is shown."""
        expect(self.page.locator("#receipt")).to_be_visible(timeout=20_000)
        return self.page.locator("[data-receipt]").inner_text()

    def assert_stored(self, receipt: str) -> None:
        """Exactly this came in through the link, and nothing else."""
        [one] = stage.stored(self.code)
        assert one.answers == self.answers
        assert one.response.receipt == receipt

    def _mark(self, marks: Sequence[tuple[str, object]]) -> None:
        if not self.by_hand:
            self.page.evaluate(MARK, [(name, str(value)) for name, value in marks])
            return
        for name, value in marks:
            label = self.page.locator(f"{STEP} label:has(input[name='{name}'][value='{value}'])")
            if not label.locator("input").is_checked():
                label.click()

    @staticmethod
    def _cascade(question: dict[str, Any], place: Locator, answer: str) -> None:
        for index, group in enumerate(question["options"]):
            if answer in [leaf["id"] for leaf in group["options"] or [group]]:
                place.locator("select").first.select_option(str(index))
                if len(group["options"]) > 1:
                    place.locator("select").last.select_option(answer)
