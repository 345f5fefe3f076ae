"""Scanning all responses, segment by segment, as recounts and exports do."""

import secrets
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from chalicelib.campaigns import campaigns
from chalicelib.collection import responses
from chalicelib.collection.response import Response
from chalicelib.collection.responses import ResponseItem
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.store.dynamodb import client
from infra.local import engine as embedded
from infra.local.failure import StartFailed
from infra.local.scan_index import index_segments
from tests import stage
from tests.integration.test_engine import make_table

SEGMENTS = 4
TABLE = "test-indexed"


def store(campaign: str, response_id: str) -> str:
    """Stores a response; gives its id."""
    made = Response(
        id=response_id,
        campaign=campaign,
        unit="u1",
        link="LINK",
        edition="public",
        version="2026.1",
        answers="{}",
        accepted_at=now_ms(),
        took_ms=1000,
        receipt="R",
    )
    return responses.put_once(made, campaigns.read(campaign)).id


def read(response_id: str) -> Any:
    """An item as botocore reads it without help."""
    key = {"id": {"S": response_id}}
    return client(ResponseItem).get_item(TableName=ResponseItem.Meta.table_name, Key=key)["Item"]


def test_every_item_is_in_one_segment_and_looks_as_botocore_reads_it(engine: str) -> None:
    """Slices leave no gap and overlap nowhere, and nothing of an item is lost or changed on the way."""
    stage.prepare()
    campaign = stage.make_campaign()
    stored = [store(campaign, secrets.token_urlsafe(16)) for _ in range(100)]

    scanned = [item for segment in range(SEGMENTS) for item in responses.scan_segment(segment, SEGMENTS)]

    ours = [item for item in scanned if item["c"]["S"] == campaign]
    assert sorted(item["id"]["S"] for item in ours) == sorted(stored)
    assert ours[:10] == [read(item["id"]["S"]) for item in ours[:10]]


def test_a_scan_that_fails_says_so(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error is no page without items."""
    monkeypatch.setattr(ResponseItem.Meta, "table_name", "no-such-table")

    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        list(responses.scan_segment(0, SEGMENTS))


def test_the_embedded_engine_finds_a_segment_by_its_index(tmp_path: Path) -> None:
    """Its own condition uses the index, which holds what was stored before and after; made twice it is one."""
    database = tmp_path / "engine.db"
    with embedded.running(database) as endpoint:
        make_table(endpoint, TABLE)
        table = boto3.resource("dynamodb", endpoint_url=endpoint).Table(TABLE)
        for number in range(100):
            table.put_item(Item={"id": f"{number:03d}"})
            if number in (50, 51):
                index_segments(database, TABLE)
        found = [item["id"] for part in range(8) for item in table.scan(Segment=part, TotalSegments=8)["Items"]]

    assert sorted(found) == [f"{number:03d}" for number in range(100)]
    asked = f'select item_json from "{TABLE}" where substr(hash_prefix, 1, 3) >= ? and substr(hash_prefix, 1, 3) <= ?'
    with closing(sqlite3.connect(database)) as db:
        plan = str(db.execute(f"explain query plan {asked}", ("000", "0ff")).fetchall())
    assert f"USING INDEX {TABLE}#segments" in plan


def test_where_the_engine_has_no_such_table_the_start_says_so(tmp_path: Path) -> None:
    """One sentence with the database's own reason, not a trace."""
    database = tmp_path / "engine.db"
    with embedded.running(database), pytest.raises(StartFailed, match="test-indexed can't be given its index: no such"):
        index_segments(database, TABLE)
