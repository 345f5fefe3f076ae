"""The parts of `make bench`, and how one of them is run: `python -m bench.parts NAME [OUT]`.

Each is a module of this package with a function `measure` (and `prepare`, where the engine is to start with a filled
database), and runs in a process of its own, on an engine and a folder of its own: settings are read once in a process,
and what one part has imported would make another look better.
"""

import importlib
import json
import os
import sys
import tempfile
from pathlib import Path

from bench import figures
from infra.local import engine
from infra.local.ports import free_port

PARTS = {
    "counts": "units written per response and read per poll",
    "hot_path": "CPU of a response, a ticket, a page, a poll, through Lambda's entry point",
    "fold": "records folded per CPU second",
    "cold_start": "what a function takes to start and to answer first, from its package",
    "package": "what goes to Lambda",
    "page_weight": "bytes and requests until the first question, in Chromium",
    "visits": "whole visits, answers and polls over HTTP",
    "sealing": "from close to seal, and a recount",
    "judging": "forged answers told from people's, and people hurt, on an invented sample",
    "instructions": "instructions of calls and of cold starts, by callgrind",
}
ON_DEMAND = {"instructions", "judging"}
"""Measured only where they are named: they take long, or need what `make bench` doesn't install otherwise."""


def main(name: str, out: str = "") -> None:
    """Measures one part; prints its figures, or writes them to `out`."""
    with tempfile.TemporaryDirectory(prefix="minsheng-bench-") as scratch:
        port = free_port()
        os.environ.update(_environment(scratch, port))
        part = importlib.import_module(f"bench.{name}")
        database = part.prepare(Path(scratch)) if hasattr(part, "prepare") else Path(scratch) / "engine.db"
        with engine.running(database, port):
            found = part.measure()
    if out:
        Path(out).write_text(json.dumps(figures.to_json(found)))
    else:
        figures.show({name: found}, {})


def stored(default: int = 20_000) -> int:
    """How many stored responses the parts work on that need many."""
    return int(os.environ.get("STORED") or default)


def _environment(scratch: str, port: int) -> dict[str, str]:
    """Everything in its own place, whatever the caller's environment says."""
    return {
        "DYNAMODB_ENDPOINT": engine.endpoint(port),
        "TABLE_PREFIX": "minsheng-",
        "BASE_URL": "http://127.0.0.1:8000",
        "FILES_DIR": f"{scratch}/exports",
        "SECRETS_FILE": f"{scratch}/secrets.json",
        "SETTLE_S": "60",
        "AWS_REGION": "cn-north-1",
        "AWS_DEFAULT_REGION": "cn-north-1",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_EC2_METADATA_DISABLED": "true",
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
