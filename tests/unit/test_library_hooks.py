"""Where we reach into PynamoDB and botocore (docs/adr/0027): each hook holds, or an upgrade fails here.

Requests go through the libraries as they are, up to the wire; there an answer of DynamoDB's stands ready.
"""

import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import botocore.session
import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError, ParamValidationError
from pynamodb.attributes import BinaryAttribute, BinarySetAttribute
from pynamodb.connection import Connection

from chalicelib.access.store.repeats import RepeatItem
from chalicelib.associations.store.contacts import ContactItem
from chalicelib.collection.ledger import LedgerItem
from chalicelib.kernel.store import dynamodb
from chalicelib.kernel.store.dynamodb import ConditionFailed, TableMeta, patient_client, quick_client, write_if
from chalicelib.kernel.store.writes import commit, put
from chalicelib.tables import TABLES

ITEM = {
    "campaign": {"S": "c-1"},
    "unit": {"S": "单位"},
    "document": {"S": '{"name": "林青"}'},
    "number": {"N": "123456789012345678901234567890.5"},
    "yes": {"BOOL": True},
    "nothing": {"NULL": True},
    "list": {"L": [{"N": "1"}, {"M": {"deep": {"L": []}}}]},
    "map": {"M": {"a": {"S": ""}, "b": {"SS": ["x", "y"]}, "c": {"NS": ["1", "2"]}}},
}
"""Every type but the binary ones."""
ITEMS = [ITEM, {"campaign": {"S": "c-2"}}]
PAGE = {
    "Items": ITEMS,
    "Count": 2,
    "ScannedCount": 3,
    "ConsumedCapacity": {"TableName": "t", "CapacityUnits": 1.5},
}
Answer = Callable[[str, Any], tuple[int, dict[str, Any]]]


class Body:
    """What urllib3 would give of an answer."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self, **_: Any) -> Iterator[bytes]:
        """All at once."""
        yield self._content


@contextmanager
def answering(client: Any, answer: Answer) -> Iterator[list[tuple[str, Any, AWSPreparedRequest]]]:
    """Has a client answered at its wire; gives the operations that came there, with what was sent."""
    sent: list[tuple[str, Any, AWSPreparedRequest]] = []

    def wire(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        target, body = request.headers["X-Amz-Target"], request.body or b"{}"
        assert isinstance(target, bytes)
        assert isinstance(body, bytes)
        operation = target.decode().partition(".")[2]
        sent.append((operation, json.loads(body), request))
        status, said = answer(operation, sent[-1][1])
        content = json.dumps(said).encode()
        headers = HTTPHeaders.from_dict({"x-amzn-RequestId": "r", "x-amz-crc32": str(zlib.crc32(content))})
        return AWSResponse(request.url, status, headers, Body(content))

    client.meta.events.register_last("before-send.dynamodb", wire, "tests")
    try:
        yield sent
    finally:
        client.meta.events.unregister("before-send.dynamodb", wire, "tests")


def page(_operation: str, _given: Any) -> tuple[int, dict[str, Any]]:
    """The same page to whatever is asked."""
    return 200, PAGE


def plain_client() -> Any:
    """A client without any hook of ours."""
    session = botocore.session.get_session()
    return session.create_client("dynamodb", TableMeta.region, endpoint_url=TableMeta.host)


def kinds(operation: str, _given: Any) -> tuple[int, dict[str, Any]]:
    """An answer that suits an operation."""
    known: dict[str, dict[str, Any]] = {
        "GetItem": {"Item": {name: ITEM[name] for name in ("campaign", "unit", "document")}},
        "Query": {"Items": [], "Count": 0, "ScannedCount": 0},
        "Scan": {"Items": [], "Count": 0, "ScannedCount": 0},
        "BatchGetItem": {"Responses": {ContactItem.Meta.table_name: []}, "UnprocessedKeys": {}},
        "BatchWriteItem": {"UnprocessedItems": {}},
    }
    return 200, known.get(operation, {})


def batch() -> None:
    """A write of several items, as the demonstration makes its own."""
    with ContactItem.batch_write() as items:
        items.save(ContactItem("c", "u", document="{}"))


USES: dict[str, Callable[[], Any]] = {
    "GetItem": lambda: ContactItem.get("c", "u"),
    "Query": lambda: list(ContactItem.query("c")),
    "Scan": lambda: list(ContactItem.scan()),
    "BatchGetItem": lambda: list(ContactItem.batch_get([("c", "u"), ("c", "v")])),
    "PutItem": lambda: ContactItem("c", "u", document="{}").save(),
    "DeleteItem": lambda: ContactItem("c", "u").delete(),
    "BatchWriteItem": batch,
    "TransactWriteItems": lambda: commit(*[put(ContactItem("c", unit, document="{}")) for unit in "uv"]),
}


@pytest.mark.parametrize("operation", USES)
def test_pynamodb_sends_by_the_client_that_all_tables_share(operation: str) -> None:
    """It asks `Model._get_connection` and then `Connection.client`, whatever it does; both are ours."""
    assert isinstance(vars(Connection)["client"], property)

    with answering(quick_client(), kinds) as sent:
        USES[operation]()

    assert [name for name, _, _ in sent] == [operation]


@pytest.mark.parametrize(("ours", "operation"), [(quick_client, "query"), (patient_client, "scan")])
def test_items_as_they_come_are_what_botocore_makes_of_them(ours: Callable[[], Any], operation: str) -> None:
    """The event is emitted before a page is parsed, and what we put there is taken; nothing else of it changes."""
    asked = {"TableName": "t", "KeyConditionExpression": "x"} if operation == "query" else {"TableName": "t"}
    plain, made = plain_client(), ours()
    with answering(plain, page), answering(made, page):
        expected, found = (getattr(client, operation)(**asked) for client in (plain, made))

    for answer in (expected, found):
        answer["ResponseMetadata"].pop("HTTPHeaders")
    assert found == expected
    assert found["Items"] == PAGE["Items"]


def test_botocore_is_kept_from_walking_through_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """That is what the hook is for: the parser sees a page without its items."""
    parsed: list[dict[str, Any]] = []
    client = quick_client()
    parser = client._endpoint._response_parser_factory

    def watched(protocol: str) -> Any:
        made = real(protocol)
        parse = made.parse

        def noting(response: Any, shape: Any) -> Any:
            parsed.append(json.loads(response["body"]))
            return parse(response, shape)

        made.parse = noting
        return made

    real = parser.create_parser
    monkeypatch.setattr(parser, "create_parser", watched)
    with answering(client, page):
        client.query(TableName="t", KeyConditionExpression="x")

    assert [sorted(body) for body in parsed] == [["ConsumedCapacity", "Count", "ScannedCount"]]


def test_pages_follow_one_another() -> None:
    """The paginator merges items that it was given raw."""

    def two(_: str, given: Any) -> tuple[int, dict[str, Any]]:
        more = {} if "ExclusiveStartKey" in given else {"LastEvaluatedKey": {"campaign": {"S": "c-1"}}}
        return 200, PAGE | more

    with answering(quick_client(), two) as sent:
        pages = quick_client().get_paginator("query").paginate(TableName="t", KeyConditionExpression="x")
        found = [item for one in pages for item in one["Items"]]

    assert found == ITEMS * 2
    assert [given.get("ExclusiveStartKey") for _, given, _ in sent] == [None, {"campaign": {"S": "c-1"}}]


def test_a_refusal_is_still_one() -> None:
    """An answer that is no page is left to botocore."""
    with (
        answering(quick_client(), lambda *_: (400, {"__type": "x#ResourceNotFoundException", "message": "no table"})),
        pytest.raises(ClientError, match="no table"),
    ):
        quick_client().query(TableName="t", KeyConditionExpression="x")


def test_nothing_that_is_queried_is_binary() -> None:
    """Base64 that nobody decodes would be taken for a value; these are read by key."""
    binary = (BinaryAttribute, BinarySetAttribute)

    holding = {table for table in TABLES if any(isinstance(one, binary) for one in table.get_attributes().values())}

    assert holding <= {LedgerItem, RepeatItem}


def test_what_is_sent_is_not_checked_and_is_sent_all_the_same() -> None:
    """Bytes are encoded, and a transaction gets the token that makes its retry harmless, without that check."""
    with answering(quick_client(), kinds) as sent:
        quick_client().put_item(TableName="t", Item={"b": {"B": b"\x00\xff"}})
        quick_client().put_item(TableName="t", Item={"wrong": {"N": 1}})
        USES["TransactWriteItems"]()

    assert [given.get("Item") for _, given, _ in sent] == [{"b": {"B": "AP8="}}, {"wrong": {"N": 1}}, None]
    assert len(sent[2][1]["ClientRequestToken"]) == 36
    with answering(plain_client(), kinds), pytest.raises(ParamValidationError):
        plain_client().put_item(TableName="t", Item={"wrong": {"N": 1}})


def test_the_user_agent_is_the_fixed_one() -> None:
    """Botocore adds nothing to it, and so puts nothing together."""
    with answering(quick_client(), kinds) as sent:
        USES["GetItem"]()

    assert sent[0][2].headers["User-Agent"] in {"minsheng", b"minsheng"}


def test_a_failed_condition_brings_what_is_stored() -> None:
    """PynamoDB drops it from the error; botocore keeps it, where we take it from."""
    stored = {"document": {"S": "{}"}}
    refused = {"__type": "x#ConditionalCheckFailedException", "message": "no", "Item": stored}
    arguments = ContactItem("c", "u", document="{}").get_save_kwargs_from_instance(
        ContactItem.unit.does_not_exist(), return_values_on_condition_failure="ALL_OLD"
    )

    with answering(quick_client(), lambda *_: (400, refused)) as sent, pytest.raises(ConditionFailed) as failed:
        write_if(ContactItem, "put_item", arguments)

    assert failed.value.item == stored
    assert sent[0][1]["ReturnValuesOnConditionCheckFailure"] == "ALL_OLD"


def test_calls_end_in_time() -> None:
    """As the write's deadline counts on: botocore takes our patience and our tries."""
    config = quick_client().meta.config

    assert (config.connect_timeout, config.read_timeout) == (dynamodb.CONNECT_S, dynamodb.READ_S)
    assert config.retries["total_max_attempts"] == dynamodb.ATTEMPTS
    assert dynamodb.ATTEMPTS * (config.connect_timeout + config.read_timeout) + 1 <= dynamodb.LONGEST_CALL_MS / 1000
