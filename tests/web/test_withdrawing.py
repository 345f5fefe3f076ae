"""Withdrawing a response by its receipt: by the API, and on `/receipt` without JavaScript."""

import json
import logging
from random import Random
from typing import Any

import pytest

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Phase
from chalicelib.collection.issue_ticket import issue_ticket
from chalicelib.collection.ticket import verify
from chalicelib.instrument import questionnaires
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import new_receipt
from chalicelib.kernel.gateways.secrets import ticket_keys
from chalicelib.kernel.settings import settings
from chalicelib.web.rim.language import languages
from infra.drills.players import random_answers
from tests import stage
from tests.web.test_receipt_page import looked_up, outcome
from tests.web.test_receipts import answered, asked, seal
from tests.web.test_sessions import Reply, call


@pytest.fixture
def campaign(engine: str) -> str:
    """One that collects."""
    stage.prepare()
    return stage.make_campaign()


def withdrawn(receipt: str) -> tuple[int, dict[str, Any]]:
    """What the API says."""
    return asked(receipt, "DELETE")


def pressed(receipt: str, step: str, lang: str = "zh-Hans") -> Reply:
    """The page after one of its buttons."""
    return call("POST", "/receipt", form={"receipt": receipt, "step": step}, query={"lang": [lang]})


def refusal(told: tuple[int, dict[str, Any]]) -> tuple[int, str]:
    """Status and slug."""
    return told[0], told[1]["type"].rpartition("/")[2]


def test_who_holds_the_receipt_may_withdraw_until_the_sealing(campaign: str) -> None:
    """As often as it is asked for; then it is too late for the others."""
    gone, kept = answered(campaign), answered(campaign, seed=2)

    assert withdrawn(gone.lower().replace("-", " ")) == (200, {"state": "withdrawn"})
    assert withdrawn(gone) == asked(gone) == (200, {"state": "withdrawn"})
    assert asked(kept) == (200, {"state": "received"})
    stage.move_close(campaign, -settings().settle_s * 500)
    assert withdrawn(kept) == (200, {"state": "withdrawn"})  # after the close, while the last ones land


def test_from_the_sealing_on_it_is_refused(campaign: str) -> None:
    """And what was withdrawn is counted as any other, not as valid."""
    gone, kept = answered(campaign), answered(campaign, seed=2)
    withdrawn(gone)
    campaigns.change(campaign, lambda c: c.model_copy(update={"phase": Phase.CLOSING}))
    assert refusal(withdrawn(kept)) == (409, "sealed")
    assert withdrawn(gone) == (200, {"state": "withdrawn"})

    seal(campaign)

    assert refusal(withdrawn(kept)) == (409, "sealed")
    assert {name: asked(gone)[1][name] for name in ("state", "valid")} == {"state": "counted", "valid": False}
    assert {name: asked(kept)[1][name] for name in ("state", "valid")} == {"state": "counted", "valid": True}


def test_what_is_no_receipt_of_ours_is_unknown(campaign: str) -> None:
    """Nothing is written for it."""
    for typed in (new_receipt(), "x", "%00"):
        assert refusal(withdrawn(typed)) == (404, "receipt-unknown")


def some_answers(ticket: str, seed: int = 1) -> dict[str, Any]:
    """Answers that fit a ticket of the public edition."""
    topics = verify(ticket, ticket_keys(ticket.partition(".")[0]).secrets).topics
    return random_answers(questionnaires.load("public").published("en"), topics, Random(seed))


def test_a_retry_of_its_ticket_is_gone(campaign: str) -> None:
    """410, with a problem of its own, whatever it sends."""
    ticket = issue_ticket(stage.make_link(campaign), now_ms() - 600_000).ticket
    body = {"ticket": ticket, "answers": some_answers(ticket)}
    receipt = json.loads(call("POST", "/api/v1/responses", body=json.dumps(body)).body)["receipt"]
    withdrawn(receipt)

    for answers in (body["answers"], some_answers(ticket, 3), {}):
        reply = call("POST", "/api/v1/responses", body=json.dumps(body | {"answers": answers}))
        assert refusal((reply.status, json.loads(reply.body))) == (410, "withdrawn")


@pytest.mark.parametrize("lang", languages())
def test_the_page_offers_it_and_asks_once_more(campaign: str, lang: str) -> None:
    """Offer, question, done; each a form that a browser without JavaScript sends. Nothing is done before the last."""
    say, receipt = languages()[lang], answered(campaign)
    offer = looked_up(receipt, lang)
    assert outcome(offer) == "received"
    assert say("withdraw") in offer.body
    assert 'name="step" value="ask"' in offer.body

    question = pressed(receipt, "ask", lang)
    assert (question.status, outcome(question)) == (200, "ask")
    assert say("withdraw_sure_title") in question.body
    assert f'name="receipt" value="{receipt}"' in question.body
    assert outcome(pressed(receipt, "", lang)) == "received"
    assert asked(receipt) == (200, {"state": "received"})

    done = pressed(receipt, "withdraw", lang)
    assert (done.status, outcome(done)) == (200, "withdrawn")
    assert say("withdrawn_title") in done.body
    assert 'name="step"' not in done.body
    assert outcome(looked_up(receipt, lang)) == outcome(pressed(receipt, "ask", lang)) == "withdrawn"
    assert asked(receipt) == (200, {"state": "withdrawn"})
    seal(campaign)
    assert say("proof_withdrawn") in looked_up(receipt, lang).body


def test_after_the_close_the_page_offers_nothing(campaign: str) -> None:
    """Whoever presses a button of an older page is told that it is too late, and sees how it was counted."""
    receipt = answered(campaign)
    stage.move_close(campaign, -1)
    assert 'name="step"' not in looked_up(receipt).body
    assert outcome(pressed(receipt, "ask")) == "received"

    seal(campaign)

    late = pressed(receipt, "withdraw")
    assert (late.status, outcome(late), 'id="late"' in late.body) == (409, "counted", True)
    assert 'name="step"' not in late.body
    unknown = pressed(new_receipt(), "withdraw")
    assert (unknown.status, outcome(unknown)) == (404, "unknown")


def test_no_log_holds_the_receipt(campaign: str, caplog: pytest.LogCaptureFixture) -> None:
    """Neither where it is withdrawn nor where that is refused."""
    known, unknown = answered(campaign), new_receipt()
    with caplog.at_level(logging.INFO):
        assert withdrawn(known)[0] == 200
        assert withdrawn(unknown)[0] == 404

    said = caplog.text + "".join(str(record.__dict__) for record in caplog.records)
    assert not [one for one in (known, unknown, known.replace("-", "")) if one in said]
