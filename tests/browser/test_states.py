"""Every page and state: no violation found by axe-core, every target large enough, nothing wider than the screen."""

from random import Random
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from chalicelib.instrument.questionnaires import load
from infra.local import ROOT
from tests import stage
from tests.browser.conftest import DESKTOP, PHONE, NewPage
from tests.browser.respondent import KEEP, Respondent, Site, refuse
from tests.browser.test_network import RESPONSES
from tests.plain import chosen_answers, fields_of

AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = "rules => axe.run({runOnly: rules, resultTypes: ['violations'], preload: false})"
"""Without details of what is right, and without fetching style sheets again, which no rule of these looks at."""
SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, select, textarea, input')].map(e => {
    const target = e.matches('label input') ? e.closest('label') : e;
    const box = target.getBoundingClientRect();
    const inSentence = e.tagName === 'A' && getComputedStyle(e).display === 'inline';
    const hidden = !box.width || e.closest('[hidden], .hide') || box.right < 0 || inSentence;
    const large = box.width >= (target.closest('.stars') ? 27.5 : 43.5) && box.height >= 43.5;
    return hidden || large ? null : `${e.outerHTML.slice(0, 90)} ${box.width} x ${box.height}`;
}).filter(Boolean)"""
BROKEN_STARS = """() => [...document.querySelectorAll('.stars b')].filter(e => {
    const lines = e.getBoundingClientRect().height / parseFloat(getComputedStyle(e).lineHeight);
    return e.scrollWidth > e.clientWidth || lines > 2.6; // the star above its number, and their padding
}).map(e => e.outerHTML)"""
POST = """([action, fields]) => {
    const form = Object.assign(document.createElement("form"), { method: "post", action });
    for (const [name, value] of Object.entries(fields)) {
        form.append(Object.assign(document.createElement("input"), { name, value }));
    }
    document.body.append(form);
    form.submit();
}"""
WHEN = "2021-08-03T09:00:00.000+08:00"
STATES = ["open", "scheduled", "closed", "revoked", "unknown", "home", "privacy", "form", "framed"]
SIZES = pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])


def assert_accessible(page: Page) -> None:
    """No violation by axe-core's rules; targets of 44 px; no sideways scrolling."""
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate(RUN_AXE, RULES)
    wrong = [(v["id"], [node["html"][:120] for node in v["nodes"][:3]]) for v in found["violations"]]
    assert wrong == [], page.url
    assert page.evaluate(SMALL_TARGETS) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def address(site: Site, state: str) -> str:
    """Where a page in that state is."""
    match state:
        case "home" | "privacy":
            return f"{site.base_url}/{'' if state == 'home' else state}"
        case "scheduled":
            return site.address(stage.make_link(stage.make_campaign(opens_in_ms=stage.HOUR_MS)))
        case "closed":
            return site.address(stage.make_link(stage.make_campaign(closes_in_ms=-1)))
        case "unknown":
            return site.address("22222222")
        case "revoked":
            code = stage.make_link()
            stage.revoke(code)
            return site.address(code)
    return site.address(stage.make_link(), {"form": "/form", "framed": "?embed=1"}.get(state, ""))


@SIZES
@pytest.mark.parametrize("lang", ["zh-CN", "en-GB"])
@pytest.mark.parametrize("state", STATES)
def test_pages(site: Site, new_page: NewPage, state: str, lang: str, viewport: dict[str, int]) -> None:
    """Pages as they come from the server."""
    page = new_page(viewport=viewport, locale=lang)

    page.goto(address(site, state))

    assert_accessible(page)


@pytest.mark.parametrize(
    ("edition", "viewport", "errors"),
    [("public", PHONE, True), ("public", DESKTOP, False), ("practitioner", PHONE, False)],
    ids=["public-phone", "public-desktop", "practitioner-phone"],
)
def test_steps(site: Site, new_page: NewPage, edition: str, viewport: dict[str, int], errors: bool) -> None:
    """Every step of every topic filled in, and once also with its error summary; the review, the receipt."""
    topics = load(edition).topics
    me = Respondent(new_page(viewport=viewport), stage.make_link(edition=edition), edition, topics, seed=51)
    me.open(site)
    while me.step() != "_review":
        if errors and me.step() != "_topics":
            me.page.click("#next")
            expect(me.page.locator("#errors")).to_be_visible()
            assert_accessible(me.page)
        me.answer_step()
        assert_accessible(me.page)
        me.next()
    assert_accessible(me.page)
    me.send()
    assert_accessible(me.page)


def test_the_picker(site: Site, new_page: NewPage) -> None:
    """The region picker: hot cities, one province, search, and the table that didn't load."""
    me = Respondent(new_page(), stage.make_link(), seed=52)
    me.resume_at_review(site)
    me.page.route("**/regions.*", lambda route: route.abort())
    me.page.get_by_role("button", name="修改 关于您").click()
    me.page.click("#f-q18")
    expect(me.page.locator(".picker [role=alert]")).to_be_visible()
    assert_accessible(me.page)

    me.page.unroute("**/regions.*")
    me.page.locator(".picker button").click()
    expect(me.page.locator(".chips")).to_have_count(2)
    assert_accessible(me.page)

    me.page.get_by_role("button", name="广东省").click()
    assert_accessible(me.page)
    me.page.fill("input[type=search]", "海")
    assert_accessible(me.page)


def test_waiting_and_ended(site: Site, new_page: NewPage) -> None:
    """Waiting for the network, offline, ended without a receipt, the countdown, the draft that is left."""
    campaign = stage.make_campaign(closes_in_ms=30 * 60_000)
    me = Respondent(new_page(), stage.make_link(campaign), seed=53)
    me.resume_at_review(site)
    expect(me.page.locator("#closing")).to_be_visible()
    assert_accessible(me.page)
    me.page.goto(site.address(me.code))
    expect(me.page.locator("#discard")).to_be_visible()
    assert_accessible(me.page)
    me.start()
    me.page.context.set_offline(True)
    expect(me.page.locator("#offline")).to_be_visible()
    assert_accessible(me.page)
    me.page.context.set_offline(False)
    me.page.route(RESPONSES, lambda route: route.abort())
    me.page.wait_for_timeout(450)
    me.page.click("#send")
    expect(me.page.locator("#retry")).to_be_visible()
    assert_accessible(me.page)

    # The page asks again by itself, too: the later handler goes before the earlier, and the button may be gone by now.
    me.page.route(RESPONSES, lambda route: refuse(route, 403, "collection-not-open"))
    me.page.evaluate("document.getElementById('retry').click()")
    expect(me.page.locator("#again")).to_be_visible()
    assert_accessible(me.page)


@pytest.mark.parametrize("lang", ["zh-CN", "en-GB"])
def test_what_is_left_after_the_close(site: Site, new_page: NewPage, lang: str) -> None:
    """Ended by a conflict; on the closed page what became of a draft, or the receipt that is kept."""
    campaign = stage.make_campaign()
    me = Respondent(new_page(locale=lang), stage.make_link(campaign), seed=56)
    me.resume_at_review(site)
    me.page.route(RESPONSES, lambda route: refuse(route, 409, "answer-conflict"))
    me.page.wait_for_timeout(450)
    me.page.click("#send")
    expect(me.page.locator("#ended h1")).to_be_visible()
    assert_accessible(me.page)

    me.page.goto("about:blank")
    stage.move_close(campaign, -1)
    for draft, seen in (({"answers": {}}, "#settled"), ({"receipt": "2345-6789", "accepted_at": WHEN}, "#receipt")):
        me.page.wait_for_timeout(1_100)  # a page is made of a campaign that is at most 1 s old
        me.page.goto(site.address(me.code, f"?version={len(seen)}"))
        me.page.evaluate(KEEP, [f"minsheng:{me.code}", draft])
        me.page.reload()
        expect(me.page.locator(seen)).to_be_visible()
        assert_accessible(me.page)


@SIZES
def test_the_plain_form(site: Site, new_page: NewPage, viewport: dict[str, int]) -> None:
    """Without scripts: the error summary with everything missing."""
    page = new_page(viewport=viewport)
    page.goto(site.address(stage.make_link(), "/form"))

    page.locator("form .go button").click()

    expect(page.locator("#errors")).to_be_visible()
    assert_accessible(page)


def test_what_a_plain_form_is_answered_with(site: Site, new_page: NewPage) -> None:
    """Without scripts: the receipt, and the pages that say why there is none."""
    campaign = stage.make_campaign()
    page, code = new_page(), stage.make_link(campaign)
    page.goto(site.address(code, "/form"))
    definition = load("public").published("zh-Hans")
    good = dict(fields_of(definition, ["privacy"], chosen_answers(definition, ["privacy"], Random(55))))
    hidden = page.locator("#form > input[type=hidden]").all()
    own = {str(box.get_attribute("name")): box.input_value() for box in hidden}

    def post(fields: dict[str, str]) -> None:
        page.evaluate(POST, [site.address(code, "/form"), fields])
        page.wait_for_load_state()

    post(own | good)
    expect(page.locator("[data-receipt]")).to_be_visible()
    assert_accessible(page)
    post(own | good | {"q1": "a" if good["q1"] != "a" else "b"})
    expect(page.locator("h1")).to_contain_text("已经提交过")
    assert_accessible(page)
    post({"_ticket": "x"})
    expect(page.locator("h1")).to_contain_text("没有看懂")
    assert_accessible(page)


def test_large_letters(site: Site, new_page: NewPage) -> None:
    """At twice the letter size no step scrolls sideways on a phone, and no number of stars is cut off or broken."""
    me = Respondent(new_page(), stage.make_link(), topics=load("public").topics, seed=54)
    me.resume_at_review(site)
    steps = me.page.evaluate("[...document.querySelectorAll('[data-step]')].map(step => step.id.slice(2))")

    for step in [*steps, "receipt"]:
        me.send() if step == "receipt" else me.page.evaluate("step => { location.hash = step }", step)
        expect(me.page.locator("#receipt" if step == "receipt" else f"#s-{step}")).to_be_visible()
        me.page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert me.page.evaluate(BROKEN_STARS) == [], step
        assert me.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), step
