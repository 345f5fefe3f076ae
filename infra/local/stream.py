"""Reading a DynamoDB stream, shard by shard, from a position on."""

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from infra.local.events import Event, stream_record

if TYPE_CHECKING:
    from mypy_boto3_dynamodbstreams import DynamoDBStreamsClient

_LOG = logging.getLogger(__name__)
# Short timeouts, since the next poll tries again. No validation, since the embedded engine's shard ids are
# shorter than botocore believes possible.
_CONFIG = Config(
    connect_timeout=1,
    read_timeout=5,
    retries={"mode": "standard", "max_attempts": 1},
    parameter_validation=False,
)


def connect(endpoint: str | None, region: str) -> "DynamoDBStreamsClient":
    """A client of the streams API."""
    client: DynamoDBStreamsClient = boto3.client(
        "dynamodbstreams", endpoint_url=endpoint, region_name=region, config=_CONFIG
    )
    return client


def stream_arn(endpoint: str | None, region: str, table: str) -> str:
    """The table's current stream. Raises `LookupError` where it has none."""
    dynamodb = boto3.client("dynamodb", endpoint_url=endpoint, region_name=region)
    arn: str | None = dynamodb.describe_table(TableName=table)["Table"].get("LatestStreamArn")
    if not arn:
        raise LookupError(f"table {table} has no stream")
    return arn


def shards(client: "DynamoDBStreamsClient", arn: str) -> Iterator[tuple[str, str | None]]:
    """Each shard of the stream with its parent, if it has one."""
    more: dict[str, Any] = {}
    while True:
        page = client.describe_stream(StreamArn=arn, **more)["StreamDescription"]
        for shard in page.get("Shards", []):
            yield shard["ShardId"], shard.get("ParentShardId")
        if "LastEvaluatedShardId" not in page:
            return
        more = {"ExclusiveStartShardId": page["LastEvaluatedShardId"]}


class ShardReader:
    """One shard. `gapless` says that its sequence numbers are 1, 2, 3, …, as the embedded engine's are."""

    def __init__(
        self, client: "DynamoDBStreamsClient", arn: str, shard: str, position: str | None, *, gapless: bool
    ) -> None:
        self.shard = shard
        self.at_end = False
        """A closed shard was read to its end."""
        self._client = client
        self._arn = arn
        self._gapless = gapless
        self._iterator: str | None = None
        self._position = position

    def read(self) -> list[Event]:
        """The next records, at most 1,000, as Lambda would send them; none at the tip.

        Raises botocore's errors; the next call then starts again from the position.
        """
        iterator, self._iterator = self._iterator or self._start(), None
        answer = self._client.get_records(ShardIterator=iterator, Limit=1000)
        self._iterator = answer.get("NextShardIterator")
        records = [stream_record(record, self._arn) for record in answer["Records"]]
        self.at_end = self._iterator is None and not records
        if records:
            self._look_for_gap(int(sequence(records[0])))
            self._position = sequence(records[-1])
        return records

    def back_to(self, position: str | None) -> None:
        """Goes on from just after `position` (None: the oldest record)."""
        self._iterator, self._position = None, position

    def _start(self) -> str:
        where: dict[str, Any] = {"ShardIteratorType": "TRIM_HORIZON"}
        if self._position is not None:
            where = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": self._position}
        try:
            answer = self._client.get_shard_iterator(StreamArn=self._arn, ShardId=self.shard, **where)
        except ClientError as error:
            if error.response["Error"]["Code"] != "TrimmedDataAccessException":
                raise
            self._shout("records after it were trimmed before they were read")
            self._position = None
            return self._start()
        return answer["ShardIterator"]

    def _look_for_gap(self, first: int) -> None:
        """Seen from here, since the embedded engine resumes silently at the oldest record it kept."""
        expected = int(self._position or 0) + 1
        if self._gapless and first != expected:
            self._shout(f"expected record {expected}, got {first}")

    def _shout(self, what: str) -> None:
        _LOG.critical(
            "STREAM GAP in %s at position %s: %s. Counts miss these responses until a recount.",
            self.shard,
            self._position,
            what,
        )


def sequence(record: Event) -> str:
    """The record's sequence number: text of up to 40 digits, ordered as an integer."""
    return str(record["dynamodb"]["SequenceNumber"])
