"""Another topic is a matter of one data file and no code: dropped into a copy of the repository, it is asked,
validated, stored and exported."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from chalicelib.instrument import questionnaires
from chalicelib.instrument.domain.answers import answer_sheet, parts_of
from infra.local import ROOT
from tests import stage
from tests.browser.conftest import NewPage
from tests.browser.respondent import Respondent, Site
from tests.browser.test_plain import fill
from tests.serving import serving

DATA = Path("chalicelib") / "instrument" / "questionnaires"
EDITION = "practitioner"
"""It has one topic, so that with another there is a choice for the first time."""


def words(chinese: str) -> dict[str, str]:
    """A text in both languages."""
    return {"zh-Hans": chinese, "en": f"{len(chinese)} characters in English"}


def choices(ids: str, *texts: str, **more: Any) -> list[dict[str, Any]]:
    """Options with these letters as ids, the last of which gets what is said in `more`."""
    made: list[dict[str, Any]] = [{"id": id_, "text": words(text)} for id_, text in zip(ids, texts, strict=True)]
    made[-1] |= more
    return made


STARS = {"min": 1, "max": 10, "labels": [words(label) for label in ("很差", "较差", "一般", "较好", "很好")]}
AFTER_1 = {"question": "villages_1", "in": ["a", "b"]}
VILLAGES = {
    "id": "villages",
    "title": words("数字鸿沟与乡村"),
    "floor_s": 12,
    "questions": [
        {
            "id": "villages_1",
            "type": "single",
            "text": words("村里的网络够用吗？"),
            "options": choices("abc", "够", "不太够", "没网"),
        },
        {
            "id": "villages_2",
            "type": "multiple",
            "max_choices": 2,
            "text": words("在村里上网做什么？"),
            "show_if": AFTER_1,
            "options": choices("abcd", "卖货", "看病", "学习", "都不做", exclusive=True),
        },
        {"id": "villages_3", "type": "rating", "text": words("信号怎么样？"), "show_if": AFTER_1, "scale": STARS},
        {
            "id": "villages_4",
            "type": "matrix",
            "text": words("下列方面怎么样？"),
            "scale": STARS,
            "rows": [{"id": "elders", "text": words("老人学上网")}, {"id": "price", "text": words("资费")}],
        },
        {
            "id": "villages_5",
            "type": "cascade",
            "text": words("谁教老人上网？"),
            "options": choices("abc", "家人", "村里", "没人教", options=choices("de", "不用学", "学不会")),
        },
        {"id": "villages_6", "type": "region", "text": words("老家在哪里？")},
        {"id": "villages_7", "type": "text", "text": words("还缺什么？"), "max_length": 60},
    ],
}


@pytest.fixture
def copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of what is served, with one file more; here its data are read, too."""
    for folder in ("chalicelib", "infra"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "app.py", tmp_path)
    topics = tmp_path / DATA / EDITION / questionnaires.versions(EDITION)[-1] / "topics"
    (topics / "villages.json").write_text(json.dumps(VILLAGES), "utf-8")
    monkeypatch.setattr(questionnaires, "_HERE", tmp_path / DATA)
    questionnaires._load.cache_clear()
    yield tmp_path
    questionnaires._load.cache_clear()


def test_a_topic_is_one_file(engine: str, new_page: NewPage, copied: Path) -> None:
    """It is offered, assigned in its turn, asked with all types and branches, refused where it is wrong, stored, and
    has its columns in the export; also without scripts."""
    stage.prepare()
    scripted, plain = (stage.make_link(edition=EDITION) for _ in range(2))

    with serving(copied) as base_url:
        assigned = {topic for _ in range(60) for topic in ticket(base_url, scripted)["topics"]}
        assert assigned == set(questionnaires.load(EDITION).topics)
        assert "/answers/villages_1" in pointers(base_url, scripted)

        me = Respondent(new_page(), scripted, EDITION, topics=["villages"], seed=81)
        me.open(Site(base_url))
        me.answer_all()
        me.assert_stored(me.send())

        page = new_page(java_script_enabled=False)
        other = Respondent(page, plain, EDITION, topics=["villages"], seed=82)
        page.goto(Site(base_url).address(plain, "/form"))
        other.choose_topics()
        page.locator("#s-_topics button").click()
        expect(page.locator("#s-villages")).to_be_visible()
        fill(page, other.definition, other.answers)
        page.locator("form .go button").click()
        other.assert_stored(page.locator("[data-receipt]").inner_text())

    sheet = answer_sheet(questionnaires.load(EDITION))
    cells = dict(zip(sheet.columns(), sheet.row(parts_of(sheet.pack(me.answers, me.topics))), strict=True))
    assert cells["villages_4.elders"] == str(me.answers["villages_4"]["elders"])


def ticket(base_url: str, code: str) -> Any:
    """A ticket for a link."""
    return httpx.post(f"{base_url}/api/v1/tickets", json={"link": code}).json()


def pointers(base_url: str, code: str) -> list[str]:
    """What is wrong with no answers at all to the topic."""
    sent = {"ticket": ticket(base_url, code)["ticket"], "topics": ["villages"], "answers": {}}
    refused = httpx.post(f"{base_url}/api/v1/responses", json=sent)
    assert refused.status_code == 422
    return [error["pointer"] for error in refused.json()["errors"]]
