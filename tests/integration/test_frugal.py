"""Frugality as laws: what is written and read for a response and a poll, whatever the machine and its load."""

import time
from itertools import count
from typing import Any

import pytest

import app
from bench import counts, scene
from bench.capacity import counting
from chalicelib.access.usecases import sessions
from chalicelib.collection import responses
from chalicelib.counting.usecases.fold_counts import Folding
from chalicelib.counting.usecases.read_counts import CACHE_S
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.store import dynamodb
from infra.drills.events import api_event, lambda_context, stream_event, stream_record

RESPONSES = 5
FRESH = count(1)


@pytest.fixture(scope="module")
def stage(engine: str) -> scene.Scene:
    """An open campaign with 135 units."""
    return scene.make()


def client() -> Any:
    """The client that all tables share."""
    return dynamodb.client(responses.ResponseItem)


def test_a_response_costs_one_write_unit_and_nothing_else(stage: scene.Scene) -> None:
    """A worker that knows its configuration reads nothing, and what it writes fits one unit."""
    events = [scene.response_event(stage, number) for number in range(RESPONSES + 1)]
    assert app.app(events.pop(), lambda_context())["statusCode"] == 201

    with counting(client()) as spent:
        for event in events:
            assert app.app(event, lambda_context())["statusCode"] == 201

    assert dict(spent) == {"PutItem": RESPONSES}


@pytest.mark.parametrize("size", [1, 10, 100, 500, 3_000])
def test_a_batch_costs_one_write_unit_for_each_row_that_it_touches(stage: scene.Scene, size: int) -> None:
    """One for each unit in it and one for the nation, and no read, however large the batch."""
    stored = counts.items(stage.campaign.id, stage.campaign.opens_at)
    items = [next(stored) for _ in range(size)]
    records = [stream_record(item, number) for number, item in enumerate(items, start=1)]
    touched = len({item["u"]["S"] for item in items}) + 1

    with counting(client()) as spent:
        Folding().fold(stream_event(records, shard=f"shard-of-{size}-{next(FRESH)}"))

    assert dict(spent) == {"UpdateItem": touched}


def test_a_poll_reads_its_key_and_once_a_second_its_figures(stage: scene.Scene) -> None:
    """The key always, since a rotated one stops at once; the unit and its links are configuration, known for longer."""
    poll = api_event("GET", "/api/v1/counts", headers={"x-api-key": stage.key})
    assert app.app(poll, lambda_context())["statusCode"] == 200

    with counting(client()) as within_a_second:
        assert app.app(poll, lambda_context())["statusCode"] == 200
    time.sleep(CACHE_S)
    with counting(client()) as after_it:
        assert app.app(poll, lambda_context())["statusCode"] == 200

    assert dict(within_a_second) == {"GetItem": 1}
    assert dict(after_it) == {"GetItem": 1 + 1, "Query": 0.5 + 0.5}


def test_whether_a_session_is_over_costs_one_read_a_request(stage: scene.Scene) -> None:
    """Beside what the same request costs with a key, which isn't asked about."""
    at_desk = {"cookie": f"minsheng_session={sessions.sign_in(stage.key, now_ms())[0]}"}
    with_key, with_session = (
        api_event("GET", "/api/v1/links", headers=shown) for shown in ({"x-api-key": stage.key}, at_desk)
    )
    assert app.app(with_key, lambda_context())["statusCode"] == 200

    with counting(client()) as by_key:
        assert app.app(with_key, lambda_context())["statusCode"] == 200
    with counting(client()) as by_session:
        assert app.app(with_session, lambda_context())["statusCode"] == 200

    assert by_session["GetItem"] == by_key["GetItem"] + 1
    assert {**by_session, "GetItem": 0} == {**by_key, "GetItem": 0}
