"""Capacity units, as the engine bills them: written for a response by how the stream is cut, read for a poll.

The spread over units is a campaign's: a few bring in much, many little. Tallies of 240 shards lie behind the polls,
as after ten days of a stream in four lanes.
"""

import logging
import time
from collections.abc import Iterator
from itertools import count, islice
from random import Random
from typing import Any
from unittest.mock import patch

import app
from bench import scene
from bench.capacity import counting
from bench.figures import Figure
from chalicelib.collection import responses
from chalicelib.counting.domain.tally import NATION
from chalicelib.counting.usecases import fold_counts, settle_counts
from chalicelib.counting.usecases.fold_counts import Folding
from chalicelib.counting.usecases.read_counts import CACHE_S
from chalicelib.kernel.store import dynamodb
from chalicelib.kernel.ttl_cache import CONFIG_TTL_S
from infra.drills.events import api_event, lambda_context, stream_event, stream_record

BATCHES = {1: 3.0, 10: None, 100: None, 500: 1.3, 3_000: 1.06}
"""Records in a batch, and the target of units written for each of them."""
_RESPONSES = 50
_HOUR_MS = 3_600_000
SHARDS, LANES = 240, 4
_SEQUENCE = 10**24
"""As long as AWS makes them: they are stored with every row."""
_SHARD_MS = 4 * _HOUR_MS
_SETTLE_MS = settle_counts.EVERY_H * _HOUR_MS


def measure() -> list[Figure]:
    """All counts."""
    logging.disable()
    stage = scene.make()
    return [*_recording(stage), *_folding(stage), *_settling(stage), *_polling(stage)]


def _recording(stage: scene.Scene) -> Iterator[Figure]:
    """The responses table alone, and what else recording spends within a worker's five seconds."""
    events = [scene.response_event(stage, number) for number in range(_RESPONSES)]
    app.app(scene.response_event(stage, _RESPONSES), lambda_context())
    with counting(dynamodb.client(responses.ResponseItem)) as spent:
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
        with counting(dynamodb.client(responses.ResponseItem)) as spent:
            for _ in range(batches):
                records = [stream_record(next(stored), next(sequence)) for _ in range(batch)]
                folding.fold(stream_event(records, shard=f"shardId-00000001627920000000-{batch:08d}"))
        each = 1 + spent.total() / (batch * batches)
        yield Figure(f"written per response, batches of {batch:,}", each, "WU", at_most=target, peers="4 to 11")


def _settling(stage: scene.Scene) -> Iterator[Figure]:
    """Ten days of one unit and of the nation: a shard lives four hours, four at a time; what is quiet is settled."""
    campaign, unit = stage.campaign.id, scene.unit_code(0)
    settling = 0.0
    with counting(dynamodb.client(responses.ResponseItem)) as spent, patch.object(fold_counts, "now_ms") as clock:
        for generation in range(SHARDS // LANES):
            begins = stage.campaign.opens_at + generation * _SHARD_MS
            clock.return_value = begins + _SHARD_MS
            for lane in range(LANES):
                records = [
                    stream_record(one, n) for n, one in enumerate(_of_unit(campaign, unit, begins), start=_SEQUENCE)
                ]
                fold_counts.Folding().fold(stream_event(records, shard=f"shardId-{begins:020d}-{lane:08x}"))
            if begins // _SETTLE_MS != (begins + _SHARD_MS) // _SETTLE_MS:
                folded = spent.total()
                for code in (unit, NATION):
                    settle_counts.settle_counts(campaign, code, begins + _SHARD_MS)
                settling += spent.total() - folded
    yield Figure("settling, for each of a unit's rows", settling / (2 * SHARDS), "WU and RU")


def _polling(stage: scene.Scene) -> Iterator[Figure]:
    poll = api_event("GET", "/api/v1/counts", headers={"x-api-key": stage.key})
    etag = app.app(poll, lambda_context())["headers"]["ETag"]
    again = api_event("GET", "/api/v1/counts", headers={"x-api-key": stage.key, "if-none-match": etag})
    time.sleep(CONFIG_TTL_S)
    yield Figure("read by a worker's first poll", _reads(poll, 200), "RU")
    yield Figure("read per poll within a second: the key", _reads(poll, 200), "RU", at_most=1)
    time.sleep(CACHE_S)
    yield Figure(f"read per poll, {SHARDS} shards behind", _reads(poll, 200), "RU", at_most=6)
    time.sleep(CACHE_S)
    yield Figure("read for a 304", _reads(again, 304), "RU", at_most=6)


def _reads(event: dict[str, Any], status: int) -> float:
    with counting(dynamodb.client(responses.ResponseItem)) as spent:
        assert app.app(event, lambda_context())["statusCode"] == status
    return spent.total()


def _of_unit(campaign: str, unit: str, begins: int) -> list[dict[str, Any]]:
    """Half a hundred responses to one unit in the hours of one shard."""
    found = islice(items(campaign, begins), 50)
    return [one | {"u": {"S": unit}, "l": {"S": f"K000{number % 8}QRS"}} for number, one in enumerate(found)]


def items(campaign: str, opened_at: int) -> Iterator[dict[str, Any]]:
    """Stored responses of one afternoon, as the fold sees them."""
    rng = Random(7)
    while True:
        unit = min(int(rng.expovariate(0.03)), scene.UNITS - 1)
        strings = {"id": "r", "c": campaign, "u": scene.unit_code(unit), "l": f"K{unit:03d}{rng.randrange(8)}QRS"}
        strings |= {"e": "public", "p": rng.choice(scene.PROVINCES)}
        item: dict[str, Any] = {name: {"S": text} for name, text in strings.items()}
        arrived = opened_at + rng.randrange(4 * _HOUR_MS)
        yield item | {"at": {"N": str(arrived)}} | ({"x": {"S": "too_fast"}} if rng.random() < 0.1 else {})
