"""The lean zip is all that respondents' and fold's functions need, and weighs what their cold start can bear."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode
from zipfile import ZipFile

import pytest

from chalicelib.collection import responses
from chalicelib.collection.issue_ticket import issue_ticket
from chalicelib.collection.record_response import record_response
from chalicelib.instrument import questionnaires
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.settings import settings
from chalicelib.sealing.close_collection import close_collection
from chalicelib.web.netizen.plain_form import show_form
from chalicelib.web.rim.assets import asset_name
from infra.aws import routes
from infra.aws.functions import FOLD, LEAN, RESPONDENTS, WHOLE, Function
from infra.aws.trim import OF_DESK_AND_TICK
from infra.drills.events import api_event, stream_event, stream_record
from infra.drills.players import random_answers
from infra.local import ROOT
from infra.local.events import Event
from tests import stage
from tests.plain import asked, hidden_fields

MOST_BYTES = 12_000_000
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def unpacked(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What these functions have under `/var/task`."""
    folder = tmp_path_factory.mktemp("lean")
    shutil.unpack_archive(package / LEAN, folder)
    return folder


def alone(unpacked: Path, function: Function, entry: str, events: Sequence[Event], scratch: Path) -> list[Any]:
    """What the function's entry point answers, with the lean package and nothing else to import from."""
    (scratch / "events.json").write_text(json.dumps(events))
    script = str(ROOT / "tests/deployment/answering_alone.py")
    arguments = [str(unpacked), entry, str(scratch / "events.json"), ",".join(sorted(OF_DESK_AND_TICK))]
    done = subprocess.run(
        [sys.executable, "-I", "-S", script, *arguments],
        env=os.environ | {"LOAD_AT_START": function.at_start},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout))


def requests() -> list[Event]:
    """One to each of the respondents' routes; the pages in both languages, and the ways that end in a refusal."""
    code = stage.make_link()
    ticket = issue_ticket(code, now_ms())
    answers = random_answers(questionnaires.load(ticket.edition).published("en"), ticket.topics, Random(5))
    link, english, sealed = {"code": code}, {"lang": ["en"]}, sealed_receipt()
    form = urlencode([*hidden_fields(show_form(asked(now_ms()), code).body), ("q1", "b")])
    return [
        api_event("GET", "/"),
        api_event("GET", "/privacy", query=english),
        api_event("GET", "/s/{code}", parameters=link),
        api_event("GET", "/S/{code}", parameters=link, query=english, headers={"accept-encoding": "gzip"}),
        api_event("GET", "/s/{code}", parameters={"code": "NOBODYS"}),
        api_event("GET", "/s/{code}/topics", parameters={"code": code}),
        api_event("GET", "/s/{code}/echo", parameters=link),
        api_event("GET", "/s/{code}/form", parameters=link),
        api_event("POST", "/s/{code}/form", parameters=link, headers=FORM, body=form),
        api_event("GET", "/static/{name}", parameters={"name": asset_name("app.css")}),
        api_event("GET", "/api/v1/questionnaires/{edition}", parameters={"edition": "practitioner"}),
        api_event("POST", "/api/v1/tickets", body={"link": code}),
        api_event("POST", "/api/v1/responses", body={"ticket": ticket.ticket, "answers": answers}),
        api_event("POST", "/api/v1/responses", body={"ticket": ticket.ticket, "answers": {}}),
        api_event("GET", "/receipt"),
        api_event("POST", "/receipt", headers=FORM, body=urlencode([("receipt", sealed)])),
        api_event("GET", "/api/v1/receipts/{receipt}", parameters={"receipt": sealed}),
        api_event("GET", "/api/v1/receipts/{receipt}", parameters={"receipt": "2222-2222-2222-2222"}),
        api_event("DELETE", "/api/v1/receipts/{receipt}", parameters={"receipt": sealed}),
        api_event("GET", "/api/v1/health"),
    ]


def sealed_receipt() -> str:
    """Of a response in a campaign that is sealed."""
    campaign = stage.make_campaign()
    ticket = issue_ticket(stage.make_link(campaign), now_ms())
    answers = random_answers(questionnaires.load(ticket.edition).published("en"), ticket.topics, Random(5))
    recorded = record_response(ticket.ticket, None, answers, now_ms())
    stage.move_close(campaign, -settings().settle_s * 1000 - 1)
    close_collection(campaign, lambda _: None)
    return recorded.receipt


def test_respondents_are_answered_from_the_lean_package(engine: str, unpacked: Path, tmp_path: Path) -> None:
    """On each of their routes, with nothing imported that it leaves out."""
    stage.prepare()
    asked = requests()

    answers = alone(unpacked, RESPONDENTS, "app", asked, tmp_path)

    tried = {(event["resource"], event["httpMethod"]) for event in asked}
    assert tried == {(path, method) for path, method in routes.routes() if routes.function_of(path) is RESPONDENTS}
    assert [answer["statusCode"] for answer in answers] == [
        *(200, 200, 200, 200, 404, 200, 200, 200, 422, 200, 200),
        *(201, 201, 422, 200, 200, 200, 404, 409, 200),
    ]


def test_the_fold_counts_from_the_lean_package(engine: str, unpacked: Path, tmp_path: Path) -> None:
    """Responses as they are stored, and a record that can't be read, which it sets aside."""
    stage.prepare()
    alone(unpacked, RESPONDENTS, "app", requests(), tmp_path)
    items = [*responses.scan_segment(0, 1), {"id": {"S": "no response"}}]
    batch = stream_event([stream_record(item, number) for item, number in zip(items, count(10**20), strict=False)])

    [answer] = alone(unpacked, FOLD, "fold_counts", [batch], tmp_path)

    assert answer["batchItemFailures"] == []


def test_it_is_small_and_part_of_the_whole(package: Path) -> None:
    """Within the target of `bench/README.md`; every file the same as in the other zip; each zip is weighed."""
    sizes = json.loads((package / "size.json").read_text())
    with ZipFile(package / LEAN) as lean, ZipFile(package / WHOLE) as whole:
        crcs = {info.filename: info.CRC for info in whole.infolist()}
        assert all(crcs[info.filename] == info.CRC for info in lean.infolist())

    assert (package / LEAN).stat().st_size <= MOST_BYTES
    assert {name: size["bytes"] for name, size in sizes.items()} == {
        name: (package / name).stat().st_size for name in (LEAN, WHOLE)
    }


def test_what_is_left_out_is_in_the_whole(package: Path) -> None:
    """A dependency that goes, or is named otherwise, must not be believed to be left out."""
    with ZipFile(package / WHOLE) as whole:
        tops = {name.split("/")[0] for name in whole.namelist()}

    assert tops >= OF_DESK_AND_TICK
