"""A table of stored responses, as large as you like, made in bulk: a DynamoDB export that the engine imports.

The import writes no stream records, so it takes seconds where writing through the API would take hours.
"""

import gzip
import json
import secrets
import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import units
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.collection.response import Response
from chalicelib.collection.responses import ResponseItem, item_of
from chalicelib.instrument import questionnaires
from chalicelib.instrument.domain.answers import answer_sheet
from chalicelib.kernel.codes import new_receipt
from chalicelib.tables import create_missing_tables
from infra.drills.players import random_answers
from infra.local import engine
from infra.local.scan_index import index_segments

UNITS = 135
LINKS = 8
_SAMPLES = 400
_INVALID = 0.07
_TABLE = {
    "TableName": ResponseItem.Meta.table_name,
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
    "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
}
_PER_FILE = 100_000


@dataclass
class Truth:
    """What was made, counted while it was."""

    collected: Counter[str] = field(default_factory=Counter)
    """By unit."""
    valid: Counter[str] = field(default_factory=Counter)


def build(folder: Path, campaign: Campaign, how_many: int, truth: Truth | None = None) -> Path:
    """A database with that many responses to `campaign`; its path. Needs no engine running."""
    schema, database = folder / "schema.json", folder / "engine.db"
    schema.write_text(json.dumps({"Table": _TABLE}))
    _export(folder / "export" / ResponseItem.Meta.table_name / "data", _items(campaign, how_many, truth or Truth()))
    where = ["--source", folder / "export", "--schema", schema, "--output", database]
    subprocess.run([str(part) for part in (engine.binary(), "import", *where)], check=True, capture_output=True)
    index_segments(database, ResponseItem.Meta.table_name)
    return database


def add_units(campaign: Campaign) -> None:
    """The campaign and its units, into the engine that runs."""
    create_missing_tables()
    campaigns.create(campaign)
    for number in range(UNITS):
        units.item_of(Unit(campaign=campaign.id, code=f"u{number:03d}", name=f"单位{number}", province="44")).save()


def _export(folder: Path, items: Iterator[dict[str, Any]]) -> None:
    folder.mkdir(parents=True)
    number = 0
    while some := list(islice(items, _PER_FILE)):
        with gzip.open(folder / f"part-{number:04d}.json.gz", "wt", compresslevel=1) as file:
            file.writelines(json.dumps({"Item": item}) + "\n" for item in some)
        number += 1


def _items(campaign: Campaign, how_many: int, truth: Truth) -> Iterator[dict[str, Any]]:
    rng = Random(1)
    ready = [sample(campaign, number) for number in range(_SAMPLES)]
    for _ in range(how_many):
        item = dict(ready[rng.randrange(_SAMPLES)])
        unit = f"u{min(int(rng.expovariate(0.03)), UNITS - 1):03d}"
        arrived = rng.randrange(campaign.opens_at, campaign.closes_at)
        item["id"] = {"S": secrets.token_urlsafe(16)}
        item["r"] = {"S": new_receipt()}
        item["u"] = {"S": unit}
        item["l"] = {"S": f"L{unit[1:]}{rng.randrange(LINKS)}XYZ"}
        item["at"] = {"N": str(arrived)}
        truth.collected[unit] += 1
        if rng.random() < _INVALID:
            item["x"] = {"S": "too_fast"}
        else:
            truth.valid[unit] += 1
        yield item


def sample(campaign: Campaign, number: int) -> dict[str, Any]:
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
