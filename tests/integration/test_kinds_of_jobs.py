"""Kinds of jobs: all that are declared are found, each orders, finds and reads its own, and none forgets a note."""

import ast
import json
import sqlite3
import tarfile
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from chalicelib.jobs.job import Job, Progress
from chalicelib.jobs.kinds import Kind, kinds
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.store import audit
from chalicelib.links.domain.link import new_code
from infra.local import ROOT
from tests import stage
from tests.unit.test_deferred import modules_after


class Steps(Progress):
    """What the tests' work notes."""

    steps: int


KIND = Kind("steps", Steps)
"""Not declared: no tick finds it."""


@pytest.fixture
def campaign(engine: str) -> str:
    """A campaign without jobs."""
    stage.prepare()
    return f"kinds-{now_ms()}-{new_code()}"


def declared() -> set[str]:
    """The kinds that the product's text makes, wherever it does."""
    calls = [
        node
        for path in (ROOT / "chalicelib").glob("**/*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "declare"
    ]
    return {ast.literal_eval(call.args[0].args[0]) for call in calls if isinstance(call.args[0], ast.Call)}


def test_the_tick_knows_every_kind_that_is_declared() -> None:
    """Though nobody lists them: also those in modules that wait for their first use."""
    printed = modules_after("import app; from chalicelib.jobs.kinds import kinds; print(*kinds())")

    assert declared() == set(kinds())
    assert {"close", "export", "mail"} < declared() <= printed


def test_all_but_the_closing_have_work() -> None:
    """The closing's is handed what tells people of it, by the tick."""
    assert [kind.name for kind in kinds().values() if kind.does is None] == ["close"]


def stored_before(folder: Path) -> list[dict[str, Any]]:
    """The jobs that earlier releases have stored."""
    found: list[str] = []
    for picture in (ROOT / "tests" / "fixtures").glob("data-dir-*.tar.xz"):
        with tarfile.open(picture) as archive:
            archive.extract("data/engine.db", folder, filter="data")
        with closing(sqlite3.connect(folder / "data" / "engine.db")) as engine:
            found += [row for (row,) in engine.execute('SELECT item_json FROM "minsheng-jobs"')]
    return [json.loads(json.loads(row)["document"]["S"]) for row in found]


def test_what_earlier_releases_noted_is_read_and_written_as_it_was(tmp_path: Path) -> None:
    """Word for word, so that either release can go on with what the other has begun."""
    documents = stored_before(tmp_path)

    assert {document["kind"] for document in documents} == {"close", "export", "links", "mail", "recount", "settle"}
    for document in documents:
        job = Job.model_validate(document)
        read = kinds()[job.kind].read(job)
        assert read.progress.stored() == document["data"]
        assert {name: value for name, value in read.job.model_dump(mode="json").items() if name in document} == document
        assert type(read.progress).model_fields.keys() >= document["data"].keys(), f"{job.id} has an untyped note"


def test_what_another_release_noted_beside_it_is_kept(campaign: str) -> None:
    """A newer one may go on with it."""
    KIND.create(campaign, campaign, 1, Steps.model_validate({"steps": 1, "newer": [2]}))

    assert KIND.find(campaign).progress.stored() == {"steps": 1, "newer": [2]}


def test_of_a_campaign_one_order_is_under_way(campaign: str) -> None:
    """Whoever is second gets the first one's name, and the log tells it once; once it has ended, the next number."""
    told = partial(audit.entry, campaign, 1, "test", "toy.order")

    first, again = (KIND.order(campaign, at, Steps(steps=0), told) for at in (1, 2))
    KIND.create(f"{campaign}.7", campaign, 3, Steps(steps=7), done=True)
    found = KIND.find(first)

    assert (first, again) == (f"{campaign}.1", f"{campaign}.1")
    assert [entry["subject"] for entry in audit.newest(campaign, 9)] == [first]
    assert (found.name, found.status, found.progress.steps) == (f"{campaign}.1", "queued", 0)
    assert [one.name for one in KIND.of_campaign(campaign)] == [f"{campaign}.7", f"{campaign}.1"]
    latest = KIND.latest(campaign)
    assert latest is not None
    assert latest.progress.steps == 7


def test_a_number_is_given_once_though_earlier_orders_were_swept(campaign: str) -> None:
    """The next is the highest's successor, however many are left."""
    KIND.create(f"{campaign}.7", campaign, 3, Steps(steps=7), done=True)

    told = partial(audit.entry, campaign, 4, "test", "toy.order")

    assert KIND.order(campaign, 4, Steps(steps=0), told) == f"{campaign}.8"


def test_no_job_is_found_by_a_name_that_is_none(campaign: str) -> None:
    """Nor is there a latest."""
    with pytest.raises(NotFound):
        KIND.find(campaign)

    assert KIND.get(campaign) is None
    assert KIND.latest(campaign) is None
