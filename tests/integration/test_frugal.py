"""Frugality as laws: what is written and read for a response and a poll, whatever the machine and its load."""

from random import Random
from typing import Any

import pytest

import app
from bench import counts, scene
from bench.capacity import counting
from chalicelib.store import base, responses
from chalicelib.usecases.fold_counts import Folding
from tests.builders import lambda_context, stream_event, stream_record

RESPONSES = 5


@pytest.fixture(scope="module")
def stage(engine: str) -> scene.Scene:
    """An open campaign with 135 units."""
    return scene.make()


def client() -> Any:
    """The client that all tables share."""
    return base.client(responses.ResponseItem)


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
        Folding().fold(stream_event(records, shard=f"shard-of-{size}-{Random().random()}"))

    assert dict(spent) == {"UpdateItem": touched}
