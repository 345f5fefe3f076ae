"""Who holds a receipt learns what became of the response, with a proof; nobody else learns anything, nor does a log."""

import csv
import gzip
import io
import json
import logging
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Phase
from chalicelib.collection import responses
from chalicelib.collection.issue_ticket import issue_ticket
from chalicelib.collection.record_response import record_response
from chalicelib.instrument import questionnaires
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import ALPHABET, new_receipt, receipt_in
from chalicelib.kernel.gateways import files
from chalicelib.kernel.settings import settings
from chalicelib.sealing.close_collection import close_collection
from chalicelib.sealing.unseal import unseal
from chalicelib.web.netizen.receipts import ReceiptReply, WithdrawnReply
from infra.aws.api import ACCESS
from infra.drills.players import random_answers
from tests import stage
from tests.merkle import root_from
from tests.web.shapes import check_shape
from tests.web.test_sessions import call

RESPONSES = 7


def answered(campaign: str, edition: str = "public", seed: int = 1, took_ms: int = 600_000) -> str:
    """A response's receipt; one that took no time is invalid."""
    ticket = issue_ticket(stage.make_link(campaign, edition), now_ms() - took_ms)
    answers = random_answers(questionnaires.load(edition).published("en"), ticket.topics, Random(seed))
    return record_response(ticket.ticket, None, answers, now_ms()).receipt


def seal(campaign: str) -> None:
    """The close passes, and the campaign is sealed."""
    stage.move_close(campaign, -settings().settle_s * 1000 - 1)
    close_collection(campaign, lambda _: None)


def asked(receipt: str, method: str = "GET") -> tuple[int, dict[str, Any]]:
    """What the API says."""
    reply = call(method, "/api/v1/receipts/{receipt}", parameters={"receipt": receipt})
    told = json.loads(reply.body)
    if reply.status == 200:
        check_shape(ReceiptReply if method == "GET" else WithdrawnReply, told)
    return reply.status, told


def is_unknown(receipt: str) -> bool:
    """Whether the API knows no such receipt."""
    status, told = asked(receipt)
    return status == 404 and told["type"].endswith("/receipt-unknown")


@pytest.fixture
def campaign(engine: str) -> str:
    """One that collects."""
    stage.prepare()
    return stage.make_campaign()


def test_a_receipt_is_received_and_after_the_seal_counted_with_a_proof(campaign: str) -> None:
    """Each with the verdict of its exported row; the proof leads to the root that the manifest names."""
    editions = questionnaires.EDITIONS
    known = [answered(campaign, editions[n % 2], n, took_ms=n % 3 * 600_000) for n in range(RESPONSES)]
    assert [asked(one) for one in known] == [(200, {"state": "received"})] * RESPONSES
    campaigns.change(campaign, lambda c: c.model_copy(update={"phase": Phase.CLOSING}))
    assert asked(known[0]) == (200, {"state": "received"})

    seal(campaign)

    rows = csv.DictReader(
        io.StringIO(gzip.decompress(files.read(f"{campaign}/final/responses.csv.gz")).decode("utf-8-sig"))
    )
    sealed = {row["receipt"]: row for row in rows}
    lines = gzip.decompress(files.read(f"{campaign}/final/roll.gz")).decode().splitlines()
    root = json.loads(files.read(f"{campaign}/final/manifest.json"))["roll"]["root"]
    for one in known:
        status, told = asked(one)
        assert status == 200
        assert (told["state"], told["unit"], told["edition"]) == ("counted", "u1", sealed[one]["edition"])
        assert told["valid"] == (sealed[one]["valid"] == "true")
        assert (told["lines"], lines[told["place"]]) == (RESPONSES, told["leaf"])
        path = [bytes.fromhex(step) for step in told["proof"]]
        found = root_from(told["leaf"].encode(), told["place"], told["lines"], path)
        assert found is not None
        assert found.hex() == told["root"] == root
    assert {sealed[one]["valid"] for one in known} == {"true", "false"}


@pytest.mark.parametrize(
    "typed",
    [
        str.lower,
        lambda one: one.replace("-", ""),
        lambda one: f" {one.replace('-', ' ')} ",
        lambda one: one.replace("-", "－"),
    ],
)
def test_it_may_be_typed_as_people_type(campaign: str, typed: Any) -> None:
    """In any case and grouping, also with a Chinese keyboard."""
    assert asked(typed(answered(campaign))) == (200, {"state": "received"})


@given(st.text(max_size=30))
def test_what_is_no_receipt_is_none(typed: str) -> None:
    """And what is one is written in one way."""
    found = receipt_in(typed)
    assert found is None or (len(found), set(found) <= {*ALPHABET, "-"}, receipt_in(found)) == (19, True, found)


def test_unknown_receipts_are_said_to_be_unknown(campaign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that landed behind the recount, which was never acknowledged; what can be none costs no read."""
    known, late = answered(campaign), answered(campaign)
    stored = responses.scan_segment
    gone = [late]
    monkeypatch.setattr(
        responses,
        "scan_segment",
        lambda *given: (item for item in stored(*given) if item["r"]["S"] not in gone),
    )
    seal(campaign)

    assert is_unknown(new_receipt())
    assert is_unknown(late)
    assert asked(known)[1]["state"] == "counted"
    monkeypatch.setattr(responses, "find", lambda _: pytest.fail("it was looked up"))
    for typed in ("x", known[:-1], f"{known}2", known.replace(known[0], "0"), "%00", "Ω" * 16):
        assert is_unknown(typed)


def test_a_seal_that_was_taken_back_tells_nothing_and_the_next_one_holds(campaign: str) -> None:
    """In between it is received."""
    first = answered(campaign)
    seal(campaign)
    before = asked(first)[1]
    unseal(campaign, now_ms() + 2 * stage.HOUR_MS, now_ms(), "secretariat", "sealed too early")
    campaigns.change(campaign, lambda c: c.model_copy(update={"earlier": None}))
    assert asked(first) == (200, {"state": "received"})

    second = answered(campaign, seed=2)
    seal(campaign)

    root = json.loads(files.read(f"{campaign}/final-2/manifest.json"))["roll"]["root"]
    for one in (first, second):
        told = asked(one)[1]
        path = [bytes.fromhex(step) for step in told["proof"]]
        assert root_from(told["leaf"].encode(), told["place"], 2, path) == bytes.fromhex(root)
        assert told["root"] == root != before["root"]


def test_a_seal_without_proofs_tells_the_line_alone(campaign: str) -> None:
    """As releases made it that knew no tree."""
    receipt = answered(campaign)
    seal(campaign)
    proved = asked(receipt)[1]

    campaigns.change(
        campaign, lambda c: c.model_copy(update={"seal": c.seal and c.seal.model_copy(update={"root": ""})})
    )

    assert asked(receipt) == (200, proved | dict.fromkeys(("place", "lines", "proof", "root")))


def test_no_proof_is_given_that_would_not_hold(campaign: str) -> None:
    """Of a file that was changed after the seal."""
    receipt, name = answered(campaign), f"{campaign}/final/tree.bin"
    answered(campaign, seed=2)
    seal(campaign)
    raw = bytearray(files.read(name))
    raw[-1] ^= 1
    files.put(name, bytes(raw))

    assert asked(receipt)[0] == 500


def test_no_log_holds_a_receipt(campaign: str, caplog: pytest.LogCaptureFixture) -> None:
    """Neither of one that is known, nor of one that isn't, nor where something breaks; the gateway logs the route."""
    known, unknown = answered(campaign), new_receipt()
    seal(campaign)
    files.put(f"{campaign}/final/tree.bin", b"")
    with caplog.at_level(logging.INFO):
        assert [asked(known)[0], asked(unknown)[0], asked(unknown.lower())[0]] == [500, 404, 404]

    assert "receipt-unknown" in caplog.text
    said = caplog.text + "".join(str(record.__dict__) for record in caplog.records if not record.exc_info)
    assert not [one for one in (known, unknown, unknown.lower(), known.replace("-", "")) if one in said]
    assert "$context.resourcePath" in ACCESS
    assert not {"$context.path", "$context.requestOverride", "$context.customDomain"} & set(ACCESS.split('"'))
