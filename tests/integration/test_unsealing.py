"""Taking a seal back: once, within a day, with a reason; the next seal says what it replaces."""

import hashlib
import json
from typing import Any

import pytest

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Phase
from chalicelib.collection.issue_ticket import issue_ticket
from chalicelib.collection.record_response import record_response
from chalicelib.counting.usecases.read_counts import read_counts
from chalicelib.instrument import questionnaires
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import AlreadySealed, NotSealed, RequestInvalid
from chalicelib.kernel.gateways import files
from chalicelib.kernel.settings import settings
from chalicelib.kernel.store import audit
from chalicelib.mail.gateways import mail
from chalicelib.mail.usecases import send_mail
from chalicelib.sealing import close_collection, export
from chalicelib.sealing.read_rows import read_rows
from chalicelib.sealing.unseal import WITHIN_MS, unseal
from infra.drills.players import random_answers
from tests import stage
from tests.chance import dice

HOUR_MS = stage.HOUR_MS


@pytest.fixture
def sent(engine: str, monkeypatch: pytest.MonkeyPatch) -> list[mail.Mail]:
    """What was mailed."""
    stage.prepare()
    found: list[mail.Mail] = []

    def send(message: mail.Mail) -> tuple[str, ...]:
        found.append(message)
        return ()

    monkeypatch.setattr(mail, "send", send)
    return found


def answered(code: str) -> tuple[str, Any, str]:
    """A response: ticket, answers, receipt."""
    ticket = issue_ticket(code, now_ms())
    answers = random_answers(questionnaires.load(ticket.edition).published("en"), ticket.topics, dice("unsealing"))
    return ticket.ticket, answers, record_response(ticket.ticket, None, answers, now_ms()).receipt


def seal(campaign: str) -> None:
    """The close passes, and the campaign is sealed."""
    stage.move_close(campaign, -settings().settle_s * 1000 - 1)
    close_collection.close_collection(campaign, send_mail.announce_seal)


@pytest.fixture
def sealed(sent: list[mail.Mail]) -> tuple[str, str]:
    """A campaign that was sealed too early, with one response, and its link."""
    campaign = stage.make_campaign(recipients=("secretariat@minsheng.example",))
    code = stage.make_link(campaign)
    answered(code)
    seal(campaign)
    return campaign, code


def reopened(campaign: str) -> None:
    """The seal is taken back; the hour passes in which every worker hears of it."""
    unseal(campaign, now_ms() + 2 * HOUR_MS, now_ms(), "secretariat/王敏", "服务器时钟有误，提前封存")
    campaigns.change(campaign, lambda c: c.model_copy(update={"earlier": None}))


def test_the_second_seal_replaces_the_first(sealed: tuple[str, str], sent: list[mail.Mail]) -> None:
    """Collecting goes on; the new files lie beside the old ones and name them; everybody gets a correction."""
    campaign, code = sealed
    first = campaigns.read(campaign).seal
    assert first is not None
    before = {name: files.read(f"{campaign}/final/{name}") for name in ("manifest.json", "responses.csv.gz")}

    reopened(campaign)
    ticket, answers, receipt = answered(code)
    seal(campaign)

    found = campaigns.read(campaign)
    assert found.seal is not None
    manifest = json.loads(files.read(f"{campaign}/final-2/manifest.json"))
    assert (manifest["seal"], manifest["supersedes"]) == (2, first.manifest_sha256)
    assert manifest["collected"] == found.seal.members == 2
    assert found.seal.manifest_sha256 == hashlib.sha256(files.read(found.seal.manifest)).hexdigest()
    assert {row.receipt for row in read_rows(found)} >= {receipt}
    assert read_counts(campaign, "u1", now_ms()).local["n"] == 2
    assert record_response(ticket, None, answers, now_ms()).receipt == receipt
    assert {name: files.read(f"{campaign}/final/{name}") for name in before} == before
    listed = export.read_export(f"{campaign}.final").files
    assert {file["sha256"] for file in listed} >= {found.seal.manifest_sha256, manifest["files"][0]["sha256"]}
    assert ["更正" in message.text for message in sent] == [False, True]


def test_it_is_told_who_took_a_seal_back_and_why(sealed: tuple[str, str]) -> None:
    """With the seal that holds no longer."""
    campaign, _ = sealed
    first = campaigns.read(campaign).seal
    assert first is not None

    reopened(campaign)

    entry = next(one for one in audit.newest(campaign, 50) if one["action"] == "campaign.unseal")
    assert (entry["who"], entry["reason"]) == ("secretariat/王敏", "服务器时钟有误，提前封存")
    assert entry["before"]["manifest_sha256"] == first.manifest_sha256


def test_a_seal_is_taken_back_once_and_within_a_day(sealed: tuple[str, str]) -> None:
    """Not one that isn't there, not one of yesterday, not the second one, and not to close at once."""
    campaign, _ = sealed
    found = campaigns.read(campaign)
    assert found.seal is not None
    late = found.seal.sealed_at + WITHIN_MS + 1

    def take_back(at_ms: int, closes_in: int = HOUR_MS) -> None:
        unseal(campaign, at_ms + closes_in, at_ms, "test", "reason")

    with pytest.raises(AlreadySealed):
        take_back(late)
    with pytest.raises(RequestInvalid):
        take_back(now_ms(), 59_000)
    campaigns.change(campaign, lambda one: one.model_copy(update={"published_at": now_ms()}))
    with pytest.raises(AlreadySealed, match="published_for_good"):
        take_back(now_ms())
    campaigns.change(campaign, lambda one: one.model_copy(update={"published_at": None}))
    reopened(campaign)
    with pytest.raises(NotSealed):
        take_back(now_ms())
    seal(campaign)
    with pytest.raises(AlreadySealed):
        take_back(now_ms())
    assert campaigns.read(campaign).phase is Phase.SEALED
