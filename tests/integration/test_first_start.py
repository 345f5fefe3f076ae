"""The first start on a machine that is too busy to answer: it goes on, and stores nothing twice."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import boto3
import httpx
import pytest

from infra.local import ROOT, engine

UNITS, LINKS = 135, 405


class Busy(BaseHTTPRequestHandler):
    """Passes requests on to `engine`, but hangs up on the first three that write links: on both tries of a call, and on
    one of the next."""

    engine = ""
    left = 3

    def do_POST(self) -> None:
        """As the API is spoken."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if b"links" in body and self.headers["X-Amz-Target"].endswith("BatchWriteItem") and Busy.left:
            Busy.left -= 1
            self.close_connection = True
            return
        headers = {name: self.headers[name] for name in ("X-Amz-Target", "Content-Type", "Authorization", "X-Amz-Date")}
        answer = httpx.post(Busy.engine, content=body, headers=headers)
        self.send_response(answer.status_code)
        self.send_header("Content-Type", answer.headers["Content-Type"])
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *_: object) -> None:
        """Nothing to say."""


@pytest.fixture
def busy() -> Iterator[str]:
    """Such an engine."""
    with engine.running() as Busy.engine, ThreadingHTTPServer(("127.0.0.1", 0), Busy) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_first_start_goes_on_where_the_engine_did_not_answer(busy: str, tmp_path: Path) -> None:
    """All keys and links that there are stand in `demo.json`."""
    own = {"DYNAMODB_ENDPOINT": busy, "TABLE_PREFIX": "t-", "SECRETS_FILE": str(tmp_path / "secrets.json")}
    argv = [sys.executable, "-m", "infra.local.demo", str(tmp_path)]

    ended = subprocess.run(argv, cwd=ROOT, env=os.environ | own, capture_output=True, timeout=60, check=False)

    assert (ended.returncode, Busy.left) == (0, 0), ended.stderr.decode()
    demo = json.loads((tmp_path / "demo.json").read_text("utf-8"))
    database: Any = boto3.client(
        "dynamodb", "cn-north-1", endpoint_url=Busy.engine, aws_access_key_id="local", aws_secret_access_key="local"
    )
    stored = {name: database.scan(TableName=f"t-{name}")["Items"] for name in ("links", "keys")}
    told = {link["code"] for unit in demo["units"] for link in unit["links"]}
    assert {one["code"]["S"] for one in stored["links"]} == told
    assert (len(told), len(stored["keys"])) == (LINKS, UNITS + 1)
