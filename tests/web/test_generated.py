"""Requests made up from `/openapi.json` by schemathesis: no error of ours, no reply that isn't described.

`GENERATED_REQUESTS` says how many there are at least (1,000).
"""

import os
import re
import subprocess
import sys

import pytest

from chalicelib.associations.usecases.register_units import rotate_key
from chalicelib.instrument.domain.answers import COMMON, answer_sheet, parts_of
from chalicelib.instrument.questionnaires import load
from chalicelib.kernel.clock import now_ms
from chalicelib.web.openapi.document import document, operations
from chalicelib.web.rim.operation import ANYBODY, Who
from tests import stage
from tests.serving import serving

REQUESTS = int(os.environ.get("GENERATED_REQUESTS", "1000"))
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def run(page: str, who: str, key: str) -> tuple[int, str]:
    """How many requests were made to the operations that are `who`'s, and what was found; `key` goes with each where
    there is one, and responses come through the link at `page`."""
    offered = list(operations())
    asked = [op for op in offered if _who(op.who) == who]
    ids = [document()["paths"][op.path][op.method.lower()]["operationId"] for op in asked]
    header = ["-H", f"X-Api-Key: {key}"] if key else []
    description = page.partition("/s/")[0] + "/openapi.json"
    command = [sys.executable, "-m", "schemathesis.cli", "run", description, "--checks", CHECKS, *header]
    examples = ["--max-examples", str(max(1, REQUESTS // len(offered)))]
    options = ["--phases", "coverage,fuzzing", "--seed", os.environ["SEED"], "--continue-on-failure"]
    only = [part for id_ in ids for part in ("--include-operation-id", id_)]
    hooks = {"SCHEMATHESIS_HOOKS": "tests.web.real_tickets", "GENERATED_LINK": page}
    ready = [*command, *examples, *options, *only]
    done = subprocess.run(ready, capture_output=True, text=True, check=False, env=os.environ | hooks)
    counted = re.search(r"(\d+) generated", done.stdout)
    assert counted, f"{done.stdout}{done.stderr} exit {done.returncode}"
    return int(counted[1]), "" if done.returncode == 0 else done.stdout[-6000:]


def _who(who: Who) -> str:
    return "anybody" if who == ANYBODY else "unit" if who.unit else "secretariat"


@pytest.mark.timeout(3600)
def test_generated_requests(engine: str) -> None:
    """Each operation, asked by those for whom it is: every reply is one that is described, and whatever was stored is a
    valid response, packed as it unpacks."""
    stage.prepare()
    campaign = stage.make_campaign()
    code, unit_key = stage.make_link(campaign), rotate_key(campaign, "u1", now_ms(), "test")
    made = 0

    with serving() as base_url:
        for who, key in (("anybody", ""), ("unit", unit_key), ("secretariat", stage.secretariat_key())):
            count, found = run(f"{base_url}/s/{code}", who, key)
            assert not found, found
            made += count

    assert made >= REQUESTS
    sheet, stored = answer_sheet(load("public")), stage.stored(code)
    assert stored
    for one in (one for one in stored if not one.response.withdrawn):
        packed = one.response.answers
        topics = [name for name in parts_of(packed) if name != COMMON]
        assert sheet.pack(one.answers, topics) == packed
