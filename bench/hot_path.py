"""CPU of what a netizen and a unit ask for, from Lambda's event to its reply, compared with one bare `put_item`.

The base is botocore's own `put_item` of the same stored item, against the same engine, in the same process and minute:
the least that Python with botocore can do to keep a response.
"""

import logging
import secrets
from collections.abc import Callable, Iterator
from itertools import count, repeat
from typing import Any

import botocore.session

import app
from bench import scene
from bench.clock import Measured, blocks_of, paired
from bench.figures import Figure
from chalicelib.collection import responses
from chalicelib.instrument.domain.answers import answer_sheet
from chalicelib.kernel.settings import settings
from infra.drills.events import api_event, lambda_context

BLOCKS = 15
CALLS = 40
ANSWERS = 40
PACKING = f"validating and packing {ANSWERS} answers"
AT_MOST = {"record_response": 1.10, PACKING: 0.06}
PEERS = {"record_response": "1.12 straightforwardly", PACKING: "2.05"}
Call = Callable[[Any], Any]


def measure() -> list[Figure]:
    """All ratios, and what a `put_item` takes here."""
    logging.disable()
    stage = scene.make()
    found = {what: _against_put(stage, *work) for what, work in works(stage).items()}
    recorded = found["record_response"]
    return [
        *(figure_of(what, one.ratio) for what, one in found.items()),
        Figure("record_response, on this machine", recorded.us, "µs"),
        Figure("put_item, on this machine", recorded.us / recorded.ratio, "µs"),
    ]


def works(stage: scene.Scene) -> dict[str, tuple[Call, Iterator[Any]]]:
    """What is measured, each with endless arguments for its calls."""
    sheet = answer_sheet(scene.PUBLIC)
    forty = next(one for one in map(scene.answers, count()) if len(one) == ANSWERS)
    page = api_event("GET", "/s/{code}", parameters={"code": stage.link}, headers={"accept-encoding": "gzip"})
    poll = api_event("GET", "/api/v1/counts", headers={"x-api-key": stage.key})
    ticket = api_event("POST", "/api/v1/tickets", body={"link": stage.link})
    return {
        "record_response": (_answer, (scene.response_event(stage, number) for number in count())),
        PACKING: (lambda answers: sheet.pack(answers, scene.PUBLIC.topics), repeat(forty)),
        "a ticket": (_answer, repeat(ticket)),
        "the questionnaire's page": (_answer, repeat(page)),
        "a poll, figures cached": (_answer, repeat(poll)),
    }


def figure_of(what: str, ratio: float) -> Figure:
    """One of `works`, compared with the base."""
    return Figure(what, ratio, "put_item", at_most=AT_MOST.get(what), peers=PEERS.get(what, ""))


def put(item: dict[str, Any]) -> None:
    """The base."""
    _BARE.put_item(TableName=_TABLE, Item=item)  # type: ignore[attr-defined] # the stubs know no service


def items(stage: scene.Scene) -> Iterator[dict[str, Any]]:
    """A stored response again and again, under other ids."""
    _answer(scene.response_event(stage, 1))
    stored = next(iter(responses.scan_segment(0, 1)))
    return ({**stored, "id": {"S": secrets.token_urlsafe(16)}} for _ in count())


def _against_put(stage: scene.Scene, work: Call, arguments: Iterator[Any]) -> Measured:
    return paired(put, work, blocks_of(items(stage), arguments, BLOCKS, CALLS))


def _answer(event: dict[str, Any]) -> None:
    reply = app.app(event, _CONTEXT)
    assert reply["statusCode"] < 300, reply


_CONTEXT = lambda_context()
_TABLE = responses.ResponseItem.Meta.table_name
_BARE = botocore.session.get_session().create_client(
    "dynamodb", settings().aws_region, endpoint_url=settings().dynamodb_endpoint
)
