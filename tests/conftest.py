"""What the tests stand on: the environment, an engine of their own, and a whole running system.

Settings are read when `chalicelib` is imported, so the environment is set here, before any test module is.
"""

import os
import tempfile
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from infra.local import engine as embedded
from infra.local.ports import free_port
from tests.running import RunningSystem

# With pytest-xdist the workers inherit what the controller sets: what the user gave is told apart before.
_GIVEN_ENGINE = os.environ.setdefault("TESTS_GIVEN_ENGINE", os.environ.get("DYNAMODB_ENDPOINT", ""))
_WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
_PORT = free_port()
_SCRATCH = tempfile.TemporaryDirectory(prefix="minsheng-tests-")

os.environ.update(
    {
        "DYNAMODB_ENDPOINT": _GIVEN_ENGINE or embedded.endpoint(_PORT),
        "TABLE_PREFIX": f"test-{_WORKER}-{os.getpid()}-" if _GIVEN_ENGINE else "test-",
        "BASE_URL": "http://127.0.0.1:8000",
        "FILES_DIR": f"{_SCRATCH.name}/exports",
        "SECRETS_FILE": f"{_SCRATCH.name}/secrets.json",
        "AWS_REGION": "cn-north-1",
        "AWS_DEFAULT_REGION": "cn-north-1",
        "AWS_ACCESS_KEY_ID": "tests",
        "AWS_SECRET_ACCESS_KEY": "tests",
        "AWS_EC2_METADATA_DISABLED": "true",
        "NO_PROXY": "127.0.0.1,localhost",
    }
)

# How fast examples run is the machine's business, and says nothing of what is tested.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def engine() -> Iterator[str]:
    """The endpoint of an engine in memory, one per test process; of `DYNAMODB_ENDPOINT` where that is given."""
    if _GIVEN_ENGINE:
        yield _GIVEN_ENGINE
        return
    with embedded.running(port=_PORT) as endpoint:
        yield endpoint


@pytest.fixture(scope="session")
def running_system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSystem]:
    """The whole system as `make run` starts it, with an engine, a port and a `DATA_DIR` of its own."""
    with RunningSystem(tmp_path_factory.mktemp("running") / "data") as system:
        yield system
