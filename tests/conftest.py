"""What the tests need: one seed, the environment, an engine of their own, and a whole running system.

Settings are read when `chalicelib` is imported, so the environment is set here, before any test module is.

`SEED` decides all chance: the order of the tests, `random`, hypothesis, and what the programs draw that tests start.
It is in the environment, so that workers and programs have the same one.
"""

import os
import secrets
import tempfile
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from infra.drills.running import RunningSystem
from infra.local import engine as embedded
from infra.local.ports import free_port

os.environ["SEED"] = os.environ.get("SEED") or str(secrets.randbelow(2**32))

# With pytest-xdist the workers inherit what the controller sets: so what the user gave is noted before.
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

# How fast examples run is the machine's business, and says nothing of what is tested. What earlier runs found would
# be tried first, so that a run would depend on more than its seed.
settings.register_profile("untimed", deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Hands the seed on, before pytest-randomly and hypothesis look for theirs."""
    given = os.environ["SEED"]
    if not given.isdecimal():
        raise pytest.UsageError(f"SEED={given} is not a whole number from 0 up.")
    config.option.randomly_seed = config.option.hypothesis_seed = int(given)


def pytest_report_header() -> str:
    """How to have the same run again."""
    return f"SEED={os.environ['SEED']} repeats this run: the same order, the same chance"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, exitstatus: int) -> None:
    """Says it again where something failed, far from the header."""
    if exitstatus == pytest.ExitCode.TESTS_FAILED:
        terminalreporter.write_line(pytest_report_header())


@pytest.fixture(scope="session")
def seed() -> int:
    """What all chance follows from."""
    return int(os.environ["SEED"])


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
