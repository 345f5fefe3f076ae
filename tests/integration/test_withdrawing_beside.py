"""Withdrawing beside others: the sealing that begins, changes of the campaign, retries of the ticket."""

from dataclasses import replace
from typing import Any

import pytest

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Phase
from chalicelib.collection import responses
from chalicelib.collection.issue_ticket import issue_ticket
from chalicelib.collection.record_response import record_response
from chalicelib.collection.response import WITHDRAWN, Response
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import AlreadySealed, AnswerConflict, ResponseWithdrawn
from chalicelib.sealing.roll.find_receipt import find_receipt
from chalicelib.sealing.roll.withdraw import withdraw
from chalicelib.sealing.write_export import _judged
from tests import stage
from tests.web.test_receipts import answered, seal
from tests.web.test_withdrawing import some_answers


@pytest.fixture
def campaign(engine: str) -> str:
    """One that collects."""
    stage.prepare()
    return stage.make_campaign()


def test_a_verdict_from_before_is_not_taken_for_its_reason(campaign: str) -> None:
    """Of an export between withdrawal and the next judging."""
    receipt = answered(campaign)
    response = find_receipt(receipt).response.emptied()
    assert next(_judged(iter([response]), {response.id: ("copy",)})).reasons == (WITHDRAWN,)
    assert next(_judged(iter([replace(response, reasons=())]), {response.id: ("copy",)})).reasons == ("copy",)


def test_once_the_sealing_has_begun_nothing_is_withdrawn(campaign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even where it begins between the reading and the write: the answers stay, and are counted."""
    receipt = answered(campaign)
    real = responses.empty

    def closing_first(response: Response, *beside: Any) -> None:
        campaigns.change(campaign, lambda c: c.model_copy(update={"phase": Phase.CLOSING}))
        real(response, *beside)

    monkeypatch.setattr(responses, "empty", closing_first)
    with pytest.raises(AlreadySealed):
        withdraw(receipt)

    assert not find_receipt(receipt).withdrawn
    assert find_receipt(receipt).response.answers != "{}"


def test_another_change_of_the_campaign_does_not_hinder_it(campaign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is tried again. A withdrawal at the same instant is as good."""
    first, second, real = answered(campaign), answered(campaign, seed=2), responses.empty
    meanwhile = iter([True])

    def renamed_first(response: Response, *beside: Any) -> None:
        if next(meanwhile, False):
            campaigns.change(campaign, lambda c: c.model_copy(update={"title": "another"}))
        real(response, *beside)

    def taken_first(response: Response, *beside: Any) -> None:
        real(response, *beside)
        real(response, *beside)

    monkeypatch.setattr(responses, "empty", renamed_first)
    assert withdraw(first).withdrawn
    monkeypatch.setattr(responses, "empty", taken_first)
    assert withdraw(second).withdrawn
    assert find_receipt(first).withdrawn
    assert find_receipt(second).response.was_valid


def test_a_retry_of_its_ticket_is_told_so(campaign: str) -> None:
    """Whatever answers it sends, also after the close, while it is sealed, and after the seal; others are not."""
    code = stage.make_link(campaign)
    ticket, other = issue_ticket(code, now_ms() - 600_000).ticket, issue_ticket(code, now_ms()).ticket
    answers = some_answers(ticket)
    receipt = record_response(ticket, None, answers, now_ms()).receipt
    record_response(other, None, some_answers(other), now_ms())
    withdraw(receipt)

    for sent in (answers, some_answers(ticket, seed=9), {}, "nothing"):
        with pytest.raises(ResponseWithdrawn):
            record_response(ticket, None, sent, now_ms())
    campaigns.change(campaign, lambda c: c.model_copy(update={"phase": Phase.CLOSING}))
    campaigns.forget(campaign)
    with pytest.raises(ResponseWithdrawn):
        record_response(ticket, None, answers, now_ms())
    campaigns.change(campaign, lambda c: c.model_copy(update={"phase": Phase.COLLECTING}))
    seal(campaign)
    with pytest.raises(ResponseWithdrawn):
        record_response(ticket, None, {}, now_ms())
    with pytest.raises(AnswerConflict):
        record_response(other, None, {}, now_ms())
