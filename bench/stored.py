"""A table of stored responses, as large as you like, made in bulk: a DynamoDB export that the engine imports.

The import writes no stream records, so it takes seconds where writing through the API would take hours.
"""

import gzip
import json
import secrets
import subprocess
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from bench import scene
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import units
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.collection.response import Response
from chalicelib.collection.responses import ResponseItem, item_of
from chalicelib.counting.domain.tally import COLLECTED, NATION, VALID, hour_of
from chalicelib.counting.store import tallies
from chalicelib.instrument import questionnaires
from chalicelib.instrument.domain.answers import answer_sheet
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import new_receipt
from chalicelib.kernel.settings import settings
from chalicelib.tables import create_missing_tables
from infra.drills.players import random_answers
from infra.local import engine
from infra.local.scan_index import index_segments

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import StreamSpecificationTypeDef

_SAMPLES = 400
_TABLE = {
    "TableName": ResponseItem.Meta.table_name,
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
}
_PER_FILE = 100_000


def build(folder: Path, campaign: Campaign, how_many: int) -> Path:
    """A database with that many responses to `campaign`; its path. Needs no engine running."""
    schema, database = folder / "schema.json", folder / "engine.db"
    schema.write_text(json.dumps({"Table": _TABLE}))
    _export(folder / "export" / ResponseItem.Meta.table_name / "data", campaign, how_many)
    where = ["--source", folder / "export", "--schema", schema, "--output", database]
    subprocess.run([str(part) for part in (engine.binary(), "import", *where)], check=True, capture_output=True)
    index_segments(database, ResponseItem.Meta.table_name)
    return database


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


def add_units(campaign: Campaign) -> None:
    """The campaign and its units, into the engine that runs."""
    create_missing_tables()
    campaigns.create(campaign)
    for number in range(scene.UNITS):
        units.create(Unit(campaign=campaign.id, code=f"u{number:03d}", name=f"单位{number}", province="44"))


def _client(endpoint: str) -> "DynamoDBClient":
    import boto3  # not above: it would weigh in where memory is measured

    client: DynamoDBClient = boto3.client("dynamodb", region_name=settings().aws_region, endpoint_url=endpoint)
    return client


def _export(folder: Path, campaign: Campaign, how_many: int) -> None:
    folder.mkdir(parents=True)
    items = _items(campaign, how_many)
    for number in range(-(-how_many // _PER_FILE)):
        with gzip.open(folder / f"part-{number:04d}.json.gz", "wt", compresslevel=1) as file:
            file.writelines(json.dumps({"Item": item}) + "\n" for item in islice(items, _PER_FILE))


def _items(campaign: Campaign, how_many: int) -> Iterator[dict[str, Any]]:
    rng = Random(1)
    ready = [_sample(campaign, number) for number in range(_SAMPLES)]
    for _ in range(how_many):
        item = dict(ready[rng.randrange(_SAMPLES)])
        unit = min(int(rng.expovariate(0.03)), scene.UNITS - 1)
        arrived = rng.randrange(campaign.opens_at, campaign.closes_at)
        item["id"] = {"S": secrets.token_urlsafe(16)}
        item["r"] = {"S": new_receipt()}
        item["u"] = {"S": f"u{unit:03d}"}
        item["l"] = {"S": f"L{unit:03d}{rng.randrange(scene.LINKS)}XYZ"}
        item["at"] = {"N": str(arrived)}
        yield item


def _sample(campaign: Campaign, number: int) -> dict[str, Any]:
    """A response as it is stored, with answers that were validated and packed like any other."""
    rng = Random(number)
    questionnaire = questionnaires.load(questionnaires.EDITIONS[number % 5 == 0])
    topics = questionnaire.assign_topics(rng.randbytes(16))
    answers = random_answers(questionnaire.published("zh-Hans"), topics, rng)
    sheet = answer_sheet(questionnaire)
    response = Response(
        id="",
        campaign=campaign.id,
        unit="",
        link="",
        edition=questionnaire.edition,
        version=questionnaire.version,
        answers=sheet.pack(answers, topics),
        accepted_at=campaign.opens_at,
        took_ms=240_000,
        receipt="",
        residence=sheet.residence(answers),
    )
    return item_of(response)
