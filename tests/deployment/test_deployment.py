"""The package, deployed by CloudFormation and used through its API: what runs here is what runs on AWS.

The emulator's limits are listed in infra/README.md, with how to show on AWS what can't be shown here.
"""

import gzip
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from infra.drills.smoke.journey import Journey
from infra.local.ports import free_port
from tests.deployment import stack
from tests.deployment.stack import Stack

OFFICE = "office@example.org"
_MAILED_WITHIN_S = 30


class Inbox(Message):
    """Keeps what comes in."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[Any] = []

    def handle_message(self, message: Any) -> None:
        """Files a message."""
        self.messages.append(message)


@pytest.fixture(scope="module")
def inbox() -> Iterator[tuple[Inbox, int]]:
    """An SMTP server's, and its port."""
    inbox, port = Inbox(), free_port()
    host = Controller(inbox, "127.0.0.1", port)
    host.start()
    yield inbox, port
    host.stop()


@pytest.fixture(scope="module")
def deployed(emulated: str, package: Path, inbox: tuple[Inbox, int]) -> Iterator[Stack]:
    """The stack, not protected, with a short settle time; all of it is gone afterwards."""
    mail = {"SmtpHost": "127.0.0.1", "SmtpPort": str(inbox[1]), "SmtpStartTls": "false"}
    here = {"BaseUrl": "http://127.0.0.1/api", "OnlyShard": "the-only-shard", "SettleSeconds": "10"}
    with stack.deployed(emulated, package, Protect="false", Waf="false", **here, **mail) as made:
        yield made
    tables = made.client("dynamodb").list_tables()["TableNames"]
    assert not [name for name in tables if name.startswith(stack.NAME)]


@pytest.fixture(scope="module")
def played(deployed: Stack) -> Journey:
    """The small journey up to the seal, two answers in each edition."""
    journey = Journey(deployed.base_url, deployed.let_secretariat_in(), open_s=60, responses=2, mail_to=OFFICE)
    for step in (journey.set_up, journey.register, journey.answer, journey.refuse, journey.count):
        step()
    journey.shut()
    journey.seal()
    return journey


def test_a_campaign_goes_from_registering_to_the_seal(played: Journey) -> None:
    """Behind a stage prefix: the mapping folds, counts rise, the gate shuts, the tick seals; each step has checked."""
    assert len(played.receipts) == 4


def test_checks_and_previews_may_ask_head(deployed: Stack) -> None:
    """API Gateway answers 404 for methods that it isn't told of."""
    for path, status in {"/": 200, "/api/v1/health": 200, "/s/NOBODYS": 404, "/api/v1/counts": 401}.items():
        assert httpx.head(deployed.base_url + path).status_code == status


def test_the_sealed_export_lies_in_the_bucket(played: Journey, deployed: Stack) -> None:
    """With a row for each receipt, and its manifest beside it."""
    bucket, s3 = deployed.outputs["FilesBucket"], deployed.client("s3")

    def read(name: str) -> bytes:
        key = f"{played.campaign}/final/{name}"
        return bytes(s3.get_object(Bucket=bucket, Key=key)["Body"].read())

    rows = gzip.decompress(read("responses.csv.gz")).decode("utf-8-sig").splitlines()[1:]

    assert {row.split(",")[0] for row in rows} == set(played.receipts)
    assert json.loads(read("manifest.json"))["collected"] == len(rows)


def test_the_seal_is_mailed(played: Journey, deployed: Stack, inbox: tuple[Inbox, int]) -> None:
    """By SMTP, to who was to get it, when the parts of the export have been tidied away."""
    deadline = time.monotonic() + _MAILED_WITHIN_S
    while not inbox[0].messages and time.monotonic() < deadline:
        time.sleep(0.2)

    assert {message["To"] for message in inbox[0].messages} == {OFFICE}
    parts = {"Bucket": deployed.outputs["FilesBucket"], "Prefix": f"parts/{played.campaign}/"}
    assert not deployed.client("s3").list_objects_v2(**parts).get("Contents")


def test_logs_are_lines_of_json_without_answers_keys_or_addresses(played: Journey, deployed: Stack) -> None:
    """Whatever was refused on the way."""
    said = [line for function in ("respondents", "desk", "fold", "tick") for line in deployed.logged(function)]
    ours = [json.loads(line) for line in said if line.startswith("{")]
    tickets = [sheet.body["ticket"] for sheet in played.receipts.values()]

    assert {entry["logger"] for entry in ours} >= {"chalicelib.web.rim.problems"}
    for secret in (played.key, played.unit_key, OFFICE, "127.0.0.1", *tickets, *played.receipts):
        assert not [line for line in said if secret in line]
