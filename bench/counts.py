"""Capacity units, as the engine bills them: written for a response by how the stream is cut, read for a poll.

The spread over units is a campaign's: a few bring in much, many little. Tallies of 240 shards lie behind the polls,
as after ten days of a stream in four lanes.
"""

import logging
from collections.abc import Iterator
from itertools import count
from random import Random
from typing import Any

import app
from bench import scene
from bench.capacity import counting
from bench.figures import Figure
from chalicelib.store import base, responses
from chalicelib.usecases.fold_counts import Folding
from tests.builders import lambda_context, stream_event, stream_record

BATCHES = {1: 3.0, 10: None, 100: None, 500: 1.3, 3_000: 1.06}
"""Records in a batch, and the target of units written for each of them."""
_RESPONSES = 50
_HOUR_MS = 3_600_000


def measure() -> list[Figure]:
    """All counts."""
    logging.disable()
    stage = scene.make()
    return [*_recording(stage), *_folding(stage)]


def _recording(stage: scene.Scene) -> Iterator[Figure]:
    """The responses table alone, and what else recording spends within a worker's five seconds."""
    events = [scene.response_event(stage, number) for number in range(_RESPONSES)]
    app.app(scene.response_event(stage, _RESPONSES), lambda_context())
    with counting(base.client(responses.ResponseItem)) as spent:
        for event in events:
            assert app.app(event, lambda_context())["statusCode"] == 201
    reads = spent.total() - spent["PutItem"]
    yield Figure("written per response, responses table", spent["PutItem"] / _RESPONSES, "WU", at_most=1)
    yield Figure("read per response, warm worker", reads / _RESPONSES, "RU", at_most=0, peers="1 to 3")


def _folding(stage: scene.Scene) -> Iterator[Figure]:
    """Beside the response's own unit, those of the rows of counts."""
    stored, sequence = items(stage.campaign.id, stage.campaign.opens_at), count(1)
    for batch, target in BATCHES.items():
        folding, batches = Folding(), max(2, 600 // batch)
        with counting(base.client(responses.ResponseItem)) as spent:
            for _ in range(batches):
                records = [stream_record(next(stored), next(sequence)) for _ in range(batch)]
                folding.fold(stream_event(records, shard=f"shardId-00000001627920000000-{batch:08d}"))
        each = 1 + spent.total() / (batch * batches)
        yield Figure(f"written per response, batches of {batch:,}", each, "WU", at_most=target, peers="4 to 11")


def items(campaign: str, opened_at: int) -> Iterator[dict[str, Any]]:
    """Stored responses of one afternoon, as the fold sees them."""
    rng = Random(7)
    while True:
        unit = min(int(rng.expovariate(0.03)), scene.UNITS - 1)
        strings = {"id": "r", "c": campaign, "u": scene.unit_code(unit), "l": f"K{unit:03d}{rng.randrange(8)}QRS"}
        strings |= {"e": "public", "p": f"{rng.randrange(11, 66)}"}
        item: dict[str, Any] = {name: {"S": text} for name, text in strings.items()}
        arrived = opened_at + rng.randrange(4 * _HOUR_MS)
        yield item | {"at": {"N": str(arrived)}} | ({"x": {"S": "too_fast"}} if rng.random() < 0.1 else {})
