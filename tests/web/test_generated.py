"""Requests made up from `/openapi.json` by schemathesis: no error of ours, no reply that isn't described.

`GENERATED_REQUESTS` says how many there are at least (1,000).
"""

import os
import re
import subprocess
import sys

import pytest

from chalicelib.domain.answers import answer_sheet
from chalicelib.questionnaires import load
from tests import stage
from tests.serving import serving

REQUESTS = int(os.environ.get("GENERATED_REQUESTS", "1000"))
OPERATIONS = 25
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


def run(base_url: str, key: str, examples: int) -> tuple[int, str]:
    """How many requests were made, and what was found; `key` is sent with each where there is one."""
    header = ["-H", f"X-Api-Key: {key}"] if key else []
    command = [sys.executable, "-m", "schemathesis.cli", "run", f"{base_url}/openapi.json", "--checks", CHECKS]
    options = ["--max-examples", str(examples), "--phases", "coverage,fuzzing", "--seed", "1", "--continue-on-failure"]
    done = subprocess.run([*command, *options, *header], capture_output=True, text=True, check=False)
    counted = re.search(r"(\d+) generated", done.stdout)
    assert counted, f"{done.stdout}{done.stderr} exit {done.returncode}"
    return int(counted[1]), "" if done.returncode == 0 else done.stdout[-6000:]


@pytest.mark.timeout(3600)
def test_generated_requests(engine: str) -> None:
    """Without a key and with the secretariat's: every reply is one that is described, and nothing odd is stored."""
    stage.prepare()
    code = stage.make_link()
    made = 0

    with serving() as base_url:
        for key in ("", stage.secretariat_key()):
            count, found = run(base_url, key, max(1, REQUESTS // OPERATIONS // 2))
            assert not found, found
            made += count

    assert made >= REQUESTS
    sheet = answer_sheet(load("public"))
    for one in stage.stored(code):
        assert sheet.unpack(one.response.answers) == one.answers
