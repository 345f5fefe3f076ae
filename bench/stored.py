"""What a filled table needs beside its responses, in the engine that runs: its stream, and the counts."""

from typing import TYPE_CHECKING, Any

from bench import scene
from chalicelib.collection.responses import ResponseItem
from chalicelib.counting.domain.tally import COLLECTED, NATION, VALID, hour_of
from chalicelib.counting.store import tallies
from chalicelib.instrument import questionnaires
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.settings import settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import StreamSpecificationTypeDef


def open_stream(endpoint: str) -> None:
    """Gives the table, in the engine that runs, the stream that an import doesn't make."""
    stream: StreamSpecificationTypeDef = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    assert stream["StreamViewType"] == ResponseItem.Meta.stream_view_type
    _client(endpoint).update_table(TableName=ResponseItem.Meta.table_name, StreamSpecification=stream)


def add_tallies(endpoint: str, demo: dict[str, Any], how_many: int) -> None:
    """Rows of counts into the engine that runs: what `how_many` responses of nine days leave for units and nation."""
    client = _client(endpoint)
    now = now_ms()
    hours = [hour_of(now - hour * 3_600_000) for hour in range(9 * 24)]
    links = {unit["code"]: [f"l:{link['code']}" for link in unit["links"]] for unit in demo["units"]}
    national = [f"p:{province}" for province in scene.PROVINCES] + [f"e:{name}" for name in questionnaires.EDITIONS]
    for unit, others in {**links, NATION: national}.items():
        collected = how_many if unit == NATION else how_many // len(links)
        names = [*(f"h:{hour}" for hour in hours), *others]
        counts = {name: collected // len(hours) for name in [*names, *(name[0].upper() + name[1:] for name in names)]}
        key = {"pk": {"S": tallies.owner(demo["campaign"], unit)}, "sk": {"S": tallies.SETTLED}}
        item = key | tallies.packed({**counts, COLLECTED: collected, VALID: collected})
        client.put_item(TableName=tallies.TallyRow.Meta.table_name, Item=item)


def _client(endpoint: str) -> "DynamoDBClient":
    import boto3  # not above: it would weigh in where memory is measured

    client: DynamoDBClient = boto3.client("dynamodb", region_name=settings().aws_region, endpoint_url=endpoint)
    return client
