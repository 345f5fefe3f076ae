"""The embedded engine: dynoxide, the DynamoDB API on SQLite, as npm installed it."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from infra.local import ROOT
from infra.local.failure import StartFailed
from infra.local.ports import free_port
from infra.local.probe import status
from infra.local.processes import Program, start

WAY_OUT = "set DYNAMODB_ENDPOINT to a DynamoDB-compatible engine"


def program(port: int, database: Path | None, inherited: Sequence[int] = ()) -> Program:
    """The engine on 127.0.0.1:`port`, on the file `database`, or in memory where that is None.

    Raises `StartFailed` where npm has installed no binary for this machine.
    """
    where = [] if database is None else ["--db-path", str(database)]
    argv = [str(binary()), "--host", "127.0.0.1", "--port", str(port), *where]
    return Program("engine", argv, inherited=inherited, log=database and database.with_suffix(".log"))


def binary() -> Path:
    """The engine's program. Raises `StartFailed` where npm has installed none for this machine."""
    for found in sorted(ROOT.glob("node_modules/@dynoxide/*/dynoxide*")):
        if os.access(found, os.X_OK):
            return found
    raise StartFailed(
        f"The embedded DynamoDB engine is not installed: run `make setup` with npm at hand, or {WAY_OUT}."
    )


def endpoint(port: int) -> str:
    """The URL of an embedded engine."""
    return f"http://127.0.0.1:{port}"


def answers(url: str) -> bool:
    """Whether an engine speaks HTTP at `url`; what it says doesn't matter."""
    return status(url) is not None


@contextmanager
def running(database: Path | None = None, port: int | None = None) -> Iterator[str]:
    """An engine of one's own, for as long as the block lasts; gives its endpoint. For tests and benches."""
    port = port or free_port()
    process = start(program(port, database))
    try:
        deadline = time.monotonic() + 10
        while not answers(endpoint(port)):
            if process.poll() is not None or time.monotonic() > deadline:
                raise StartFailed(f"The embedded DynamoDB engine did not start on port {port}.")
            time.sleep(0.005)
        yield endpoint(port)
    finally:
        process.terminate()
        process.wait()
