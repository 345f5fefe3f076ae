"""Requests made up from `/openapi.json` by schemathesis: no error of ours, no reply that isn't described.

`GENERATED_REQUESTS` says how many there are at least (1,000).
"""

import os
import re
import subprocess
import sys

import pytest

from chalicelib.clock import now_ms
from chalicelib.domain.answers import answer_sheet, named_topics
from chalicelib.questionnaires import load
from chalicelib.usecases.register_units import rotate_key
from chalicelib.web.operations import OPERATIONS
from tests import stage
from tests.serving import serving

REQUESTS = int(os.environ.get("GENERATED_REQUESTS", "1000"))
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def run(page: str, key: str, examples: int) -> tuple[int, str]:
    """How many requests were made, and what was found; `key` is sent with each where there is one, and responses come
    through the link at `page`."""
    header = ["-H", f"X-Api-Key: {key}"] if key else []
    description = page.partition("/s/")[0] + "/openapi.json"
    command = [sys.executable, "-m", "schemathesis.cli", "run", description, "--checks", CHECKS]
    options = ["--max-examples", str(examples), "--phases", "coverage,fuzzing", "--seed", "1", "--continue-on-failure"]
    hooks = {"SCHEMATHESIS_HOOKS": "tests.web.real_tickets", "GENERATED_LINK": page}
    ready = [*command, *options, *header]
    done = subprocess.run(ready, capture_output=True, text=True, check=False, env=os.environ | hooks)
    counted = re.search(r"(\d+) generated", done.stdout)
    assert counted, f"{done.stdout}{done.stderr} exit {done.returncode}"
    return int(counted[1]), "" if done.returncode == 0 else done.stdout[-6000:]


@pytest.mark.timeout(3600)
def test_generated_requests(engine: str) -> None:
    """Without a key, with a unit's and with the secretariat's: every reply is one that is described, and whatever was
    stored is a valid response, packed as it unpacks."""
    stage.prepare()
    campaign = stage.make_campaign()
    code, keys = stage.make_link(campaign), ["", rotate_key(campaign, "u1", now_ms(), "test"), stage.secretariat_key()]
    made = 0

    with serving() as base_url:
        for key in keys:
            count, found = run(f"{base_url}/s/{code}", key, max(1, REQUESTS // len(OPERATIONS) // len(keys)))
            assert not found, found
            made += count

    assert made >= REQUESTS
    sheet, stored = answer_sheet(load("public")), stage.stored(code)
    assert stored
    for one in stored:
        packed = one.response.answers
        assert sheet.pack(one.answers, named_topics(packed)) == packed
