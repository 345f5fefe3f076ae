"""What every table shares: how it is reached, and the one way to write on a condition.

Timeouts are ours, since PynamoDB's exceed the gateway's. A call ends within
`ATTEMPTS × (CONNECT_S + READ_S)` plus one back-off of at most a second.

What is overridden of PynamoDB and botocore here is listed in docs/adr/0027, and held by a test of its own each.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any, cast

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError
from pynamodb.connection import Connection, TableConnection
from pynamodb.models import Model

from chalicelib.kernel.settings import settings

CONNECT_S = 1.0
READ_S = 2.0
ATTEMPTS = 2
MOST_CONNECTIONS = 32
LONGEST_CALL_MS = 7_000
PATIENT_READ_S = 60.0
_MOST_KEY_BYTES = 1_024
"""Of a sort key; a partition key may have twice as many."""

Item = Mapping[str, Mapping[str, Any]]
"""An item as DynamoDB's API writes it: `{"n": {"N": "1"}}`."""


class TableMeta:
    """The part of a model's `Meta` that is the same for all tables."""

    region = settings().aws_region
    host = settings().dynamodb_endpoint
    billing_mode = "PAY_PER_REQUEST"


def table_name(name: str) -> str:
    """The table's full name in this deployment."""
    return settings().table_prefix + name


def fits_key(*parts: str) -> bool:
    """Whether there can be an item under a key of these parts: the API refuses longer ones as no question at all."""
    return all(len(part.encode(errors="surrogatepass")) <= _MOST_KEY_BYTES for part in parts)


def connection(model: type[Model]) -> Any:
    """PynamoDB's low-level connection of a table. The only place that reaches for it."""
    return model._get_connection()


def client(model: type[Model]) -> Any:
    """The botocore client that PynamoDB uses for a table."""
    return connection(model).connection.client


class SharedConnection(Connection):
    """PynamoDB's connection, over a client of our own: PynamoDB would make one for every table, at 40 ms each."""

    @property
    def client(self) -> Any:
        """`quick_client`."""
        return quick_client()


class Table(Model):
    """What every table is: PynamoDB's model, over the shared connection from its first use on."""

    @classmethod
    def _get_connection(cls) -> TableConnection:
        own = super()._get_connection()
        if not isinstance(own.connection, SharedConnection):
            shared = SharedConnection(TableMeta.region, TableMeta.host)
            shared.add_meta_table(own.get_meta_table())
            own.connection = shared
        return own


@cache
def quick_client() -> Any:
    """The client for all that somebody waits for. As PynamoDB makes it, with two differences.

    A fixed `User-Agent`: botocore would put its own together anew for every call, twice, at a tenth of what a call
    costs. And what is queried comes as it is; only the ledger holds binary attributes, and is read by key.
    """
    config = Config(
        user_agent="minsheng",
        parameter_validation=False,
        connect_timeout=CONNECT_S,
        read_timeout=READ_S,
        max_pool_connections=MOST_CONNECTIONS,
        retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
    )
    return _client(config, "Query")


@cache
def patient_client() -> Any:
    """A client for jobs that read whole tables: nobody waits for their answers, and a page may take its time."""
    config = Config(read_timeout=PATIENT_READ_S, retries={"total_max_attempts": 5, "mode": "standard"})
    return _client(config, "Scan")


def _client(config: Config, reading: str) -> Any:
    """A client that takes the items of one operation as they come."""
    session = botocore.session.get_session()
    made = session.create_client("dynamodb", TableMeta.region, endpoint_url=TableMeta.host, config=config)
    made.meta.events.register(f"before-parse.dynamodb.{reading}", _take_items_as_they_come)
    return made


def _take_items_as_they_come(
    response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: object
) -> None:
    """Keeps botocore from walking through every attribute of a page: four times the cost of reading its JSON.

    An item is what the API wrote, `Item`; only binary attributes would look otherwise, as Base64.
    """
    if response_dict["status_code"] == 200:
        page = json.loads(response_dict["body"])
        customized_response_dict["Items"] = page.pop("Items", [])
        response_dict["body"] = json.dumps(page).encode()


class ConditionFailed(Exception):
    """The condition failed. `item` is what is stored (None: nothing), read in the same step."""

    def __init__(self, item: Item | None) -> None:
        super().__init__("the condition failed")
        self.item = item


def write_if(model: type[Model], operation: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """One conditional `put_item` or `update_item`, with arguments as PynamoDB builds them.

    PynamoDB's own call drops the item that DynamoDB returns with a failed condition, hence its client. Returns
    DynamoDB's answer. Raises `ConditionFailed` with the stored item, and botocore's errors for anything else.
    """
    if "ConditionExpression" not in arguments:
        raise ValueError(f"{operation} without a condition")
    try:
        answer: Mapping[str, Any] = getattr(client(model), operation)(**arguments)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        raise ConditionFailed(cast(Item | None, error.response.get("Item"))) from None
    return answer
