"""AWS in one process: ministack, in an environment of its own, for as long as a test needs it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from chalicelib.kernel.settings import Settings
from infra.local import ROOT
from infra.local.ports import free_port
from infra.local.probe import status
from infra.local.processes import Program, start

REGION = "cn-north-1"
_PATIENCE_S = 30


@contextmanager
def running(log: Path) -> Iterator[str]:
    """The emulator on a free port; gives its endpoint."""
    port = free_port()
    endpoint = f"http://127.0.0.1:{port}"
    own = {"GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0"}
    # Its functions inherit what it has: nothing of the tests' own settings is to reach them.
    emptied = {name.upper(): "" for name in Settings.model_fields} | {"AWS_ENDPOINT_URL": endpoint}
    program = Program("ministack", [str(ROOT / ".venv/aws/bin/ministack")], emptied | own, log=log)
    process = start(program)
    try:
        deadline = time.monotonic() + _PATIENCE_S
        while status(f"{endpoint}/_ministack/health") != 200:
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the emulator did not start:\n{log.read_text()}")
            time.sleep(0.05)
        yield endpoint
    finally:
        process.terminate()
        process.wait()


def client(service: str, endpoint: str) -> Any:
    """A client of one of its services."""
    config = Config(retries={"total_max_attempts": 2, "mode": "standard"}, read_timeout=60)
    return boto3.client(
        service,
        region_name=REGION,
        endpoint_url=endpoint,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=config,
    )
