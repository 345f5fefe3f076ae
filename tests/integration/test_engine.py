"""The embedded engine as the runner and the tests start it."""

from pathlib import Path

import boto3
import pytest

from infra.local import engine as embedded
from infra.local.failure import StartFailed
from infra.local.ports import free_port
from infra.local.processes import start


def tables(endpoint: str) -> list[str]:
    """The names of its tables."""
    return list(boto3.client("dynamodb", endpoint_url=endpoint).list_tables()["TableNames"])


def make_table(endpoint: str, name: str) -> None:
    """Makes a small table."""
    boto3.client("dynamodb", endpoint_url=endpoint).create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


def test_an_engine_in_memory_forgets(tmp_path: Path) -> None:
    """Two engines at once have ports of their own, and nothing in common."""
    with embedded.running() as one, embedded.running() as other:
        make_table(one, "only-here")

        assert (tables(one), tables(other)) == (["only-here"], [])

    assert not embedded.answers(one)


def test_an_engine_on_disk_keeps_its_state_and_its_port(tmp_path: Path) -> None:
    """After a `kill -9` it comes back on the same port with what was acknowledged."""
    port = free_port()
    process = start(embedded.program(port, tmp_path / "engine.db"))
    while not embedded.answers(embedded.endpoint(port)):
        assert process.poll() is None
    make_table(embedded.endpoint(port), "kept")
    process.kill()
    process.wait()

    with embedded.running(tmp_path / "engine.db", port) as endpoint:
        assert endpoint == embedded.endpoint(port)
        assert tables(endpoint) == ["kept"]


def test_where_no_binary_is_installed_one_sentence_names_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a platform without a binary, the message names `DYNAMODB_ENDPOINT`."""
    monkeypatch.setattr(embedded, "ROOT", tmp_path)

    with pytest.raises(StartFailed, match="set DYNAMODB_ENDPOINT to a DynamoDB-compatible engine"):
        embedded.program(8001, None)
