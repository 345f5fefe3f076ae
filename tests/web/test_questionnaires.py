"""Questionnaires without a developer: a version is brought as a file, checked, tried, and published for a campaign."""

import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest

from chalicelib.associations.gateways.tables import csv_file, xlsx_file
from chalicelib.campaigns import campaigns
from chalicelib.collection.issue_ticket import issue_ticket
from chalicelib.collection.record_response import record_response
from chalicelib.instrument import questionnaires
from chalicelib.instrument.domain.sheet_form import COLUMNS, Content, write_sheet
from chalicelib.instrument.store import versions
from chalicelib.instrument.usecases.find_questionnaire import load
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import QuestionnaireUnknown
from chalicelib.sealing.export_rows import Rows
from infra.drills.players import random_answers
from tests import stage
from tests.web.test_sessions import Reply
from tests.web.visiting import Session

PATH, ONE = "/secretariat/{campaign}/questionnaires", "/secretariat/{campaign}/questionnaires/{edition}/{version}"
EDITION, VERSION = "public", "9000.1"
OWN = {"edition": EDITION, "version": VERSION}


@pytest.fixture
def key() -> Iterator[str]:
    """An administrator's; no version of ours is there before or after."""
    stage.prepare()
    yield stage.secretariat_key()
    for one in versions.of_edition(EDITION):
        versions.VersionItem(one.edition, one.version).delete()


def changed(**common: Any) -> Content:
    """Today's public edition under a number of ours, with another first question."""
    content = questionnaires.content(EDITION, questionnaires.versions(EDITION)[-1])
    content["common"] |= {"version": VERSION, **common}
    content["common"]["sections"][0]["questions"][0] |= {"id": "brought", "text": {"zh-Hans": "试一试？", "en": "Try?"}}
    return content


def bring(key: str, campaign: str, file: bytes) -> Reply:
    """Uploads a file as the page does."""
    return Session(key).upload(PATH, [], [("questionnaire_file", "q", file)], campaign=campaign)


def as_json(content: Content) -> bytes:
    """The file in JSON."""
    return json.dumps(content, ensure_ascii=False).encode()


FORMS: dict[str, Callable[[Content], bytes]] = {
    "json": as_json,
    "xlsx": lambda content: xlsx_file("问卷", COLUMNS, write_sheet(content)),
    "csv": lambda content: csv_file(COLUMNS, write_sheet(content)),
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_file_says_the_same(key: str, form: str) -> None:
    """JSON, workbook and text: the draft that is kept is what was written."""
    campaign = stage.make_campaign(opens_in_ms=stage.HOUR_MS)

    reply = bring(key, campaign, FORMS[form](changed()))

    assert (reply.status, str(reply.headers["location"]).endswith(f"questionnaires/{EDITION}/{VERSION}")) == (303, True)
    assert json.loads(versions.read(EDITION, VERSION).content) == changed()


def test_from_a_file_to_the_sealed_rows(key: str) -> None:
    """Tried as a draft that nobody else sees; published by being chosen before the opening; answered and exported."""
    campaign, other = stage.make_campaign(opens_in_ms=stage.HOUR_MS), stage.make_campaign()
    session, names = Session(key), {"campaign": campaign, **OWN}
    bring(key, campaign, as_json(changed()))
    digest = versions.read(EDITION, VERSION).digest

    tried = {
        lang: session.get(f"{ONE}/try/{{size}}", {"lang": lang}, size="phone", **names).body
        for lang in ("zh-Hans", "en")
    }
    assert "试一试？" in tried["zh-Hans"]
    assert "Try?" in tried["en"]
    with pytest.raises(QuestionnaireUnknown):
        load(EDITION, VERSION)

    asked = session.post(ONE, {"act": "choose", "digest": digest}, **names)
    assert "confirmed" in asked.body
    assert campaigns.read(campaign).questionnaires == questionnaires.newest()
    done = session.post(ONE, {"act": "choose", "digest": digest, "confirmed": "1"}, **names)
    assert done.status == 303
    assert load(EDITION, VERSION).questions()[0].id == "brought"

    opens = {"opens_at": now_ms() - 1}
    campaigns.change(campaign, lambda one: one.model_copy(update=opens))
    tickets = {one: issue_ticket(stage.make_link(one), now_ms()) for one in (campaign, other)}
    assert (tickets[campaign].questionnaire, tickets[other].questionnaire) == (VERSION, "2027.1")
    answers = random_answers(load(EDITION, VERSION).published("en"), tickets[campaign].topics, Random(1))
    record_response(tickets[campaign].ticket, None, answers, now_ms())
    assert "brought" in Rows(campaign).header
    assert "brought" not in Rows(other).header


def test_a_release_changes_no_campaign_that_is_there(key: str) -> None:
    """One of the first release, which chose nothing, goes on asking the first version."""
    campaign = stage.make_campaign()
    campaigns.change(campaign, lambda one: one.model_copy(update={"questionnaires": ()}))

    assert issue_ticket(stage.make_link(campaign), now_ms()).questionnaire == "2026.1"
    page = Session(key).get(PATH, campaign=campaign).body
    assert "2026.1</a></th><td>随系统提供 · <b>本期采用</b>" in page


def test_what_is_published_never_changes(key: str) -> None:
    """Not by another file, not by removing it, and not in a campaign that has opened."""
    campaign, running = stage.make_campaign(opens_in_ms=stage.HOUR_MS), stage.make_campaign()
    bring(key, campaign, as_json(changed()))
    stored = versions.read(EDITION, VERSION)
    session = Session(key)

    def act(form: dict[str, str], campaign: str) -> Reply:
        return session.post(ONE, form, campaign=campaign, **OWN)

    late = act({"act": "choose", "digest": stored.digest, "confirmed": "1"}, campaign=running)
    assert (late.status, campaigns.read(running).questionnaires) == (422, questionnaires.newest())
    assert versions.read(EDITION, VERSION).published_at is None

    act({"act": "choose", "digest": stored.digest, "confirmed": "1"}, campaign=campaign)
    again = bring(key, campaign, as_json(changed(title={"zh-Hans": "别的"})))
    removed = act({"act": "remove", "digest": stored.digest}, campaign=campaign)
    product = bring(key, campaign, as_json(questionnaires.content(EDITION, "2026.1")))

    assert (again.status, removed.status, product.status) == (422, 422, 422)
    assert versions.read(EDITION, VERSION).content == stored.content


def test_a_draft_is_published_as_it_was_seen(key: str) -> None:
    """Somebody else has brought another meanwhile: nothing is published, and the page says so."""
    campaign = stage.make_campaign(opens_in_ms=stage.HOUR_MS)
    bring(key, campaign, as_json(changed()))
    seen = versions.read(EDITION, VERSION).digest
    bring(key, campaign, as_json(changed(title={"zh-Hans": "别的"})))

    reply = Session(key).post(ONE, {"act": "choose", "digest": seen, "confirmed": "1"}, campaign=campaign, **OWN)

    assert (reply.status, "草稿在此期间有人改过" in reply.body) == (422, True)
    assert versions.read(EDITION, VERSION).published_at is None


def with_question(**changes: Any) -> Content:
    """The content whose first question is wrong."""
    content = changed()
    content["common"]["sections"][0]["questions"][0] |= changes
    return content


FAULTS = {
    "no Chinese": (with_question(text={"en": "Why?"}), "brought › text", "zh-Hans"),
    "unknown key": (with_question(requird=True), "brought › requird", "没有这一项"),
    "unknown type": (with_question(type="slider"), "brought", "slider"),
    "condition on nothing": (
        with_question(show_if={"question": "q0", "in": ["a"]}),
        "brought › show_if",
        "q0",
    ),
    "wrong number": (changed(version="next"), "version", "^"),
}


@pytest.mark.parametrize(
    ("fault", "form"),
    # A table's line says its type itself.
    [(fault, form) for fault in FAULTS for form in ("json", "xlsx") if (fault, form) != ("unknown type", "xlsx")],
)
def test_what_is_wrong_is_named_where_it_stands(key: str, fault: str, form: str) -> None:
    """By ids, in a table also by its row; nothing is kept."""
    content, where, detail = FAULTS[fault]
    campaign, before = stage.make_campaign(opens_in_ms=stage.HOUR_MS), versions.of_edition(EDITION)

    reply = bring(key, campaign, FORMS[form](content))

    assert (reply.status, versions.of_edition(EDITION)) == (422, before)
    faults = reply.body.partition('id="faults"')[2].partition("</table>")[0]
    assert where in faults
    assert detail in faults
    assert ('<td class="n">4</td>' in faults or '<td class="n">2</td>' in faults) == (form == "xlsx")


HEAD = [("问卷", "public", "题", "", "", "", "")]
LABEL = ("星级", "", "好", "", "", "", "")


@pytest.mark.parametrize(
    ("lines", "row", "words"),
    [
        ([("问卷", "public", "题", "", "", "", "version")], 2, "名称=值"),
        ([("选项", "a", "是", "", "", "", "")], 2, "之下"),
        ([("滑块", "a", "是", "", "", "", "")], 2, "滑块"),
        ([*HEAD, ("部分", "a", "题", "", "", "", "questions=5")], 3, "questions=5"),
        ([*HEAD, ("部分", "b", "题", "", "", "", ""), ("评分", "q", "题", "", "", "", "scale=5"), LABEL], 5, "之下"),
    ],
)
def test_a_table_that_is_none_says_which_row(key: str, lines: list[tuple[str, ...]], row: int, words: str) -> None:
    """A line that can't be part of anything, and one that says nothing that can be read."""
    campaign = stage.make_campaign(opens_in_ms=stage.HOUR_MS)

    reply = bring(key, campaign, xlsx_file("问卷", COLUMNS, lines))

    assert reply.status == 422
    assert f'<td class="n">{row}</td>' in reply.body
    assert words in reply.body


DEEP = b'{"common": ' + b"[" * 900 + b"]" * 900 + b"}"


NONE = [b"", b"{", b"{}", b"[]", b"PK\x03\x04", b"\xff" * 9, b"a,b\n1,2\n", b'{"common": 1}']
ODD = [DEEP, b'{"common": 1, "common": 2}', b'{"a": NaN}']


@pytest.mark.parametrize("file", [*NONE, *ODD])
def test_what_is_no_questionnaire_is_refused_with_a_word(key: str, file: bytes) -> None:
    """A page with the file's field on it, never a failure."""
    campaign = stage.make_campaign(opens_in_ms=stage.HOUR_MS)

    reply = bring(key, campaign, file)

    assert (reply.status, 'id="questionnaire_file"' in reply.body, 'id="faults"' in reply.body) == (422, True, True)
