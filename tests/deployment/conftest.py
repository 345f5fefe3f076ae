"""What the deployment's tests share: one emulator of AWS, one package."""

import fcntl
import platform
from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.kernel.gateways import aws
from infra.aws import BUILD
from infra.aws.package import ARCHITECTURES, build
from tests.deployment import emulator
from tests.deployment.reading import Template
from tests.deployment.stack import translate


@pytest.fixture(scope="session")
def emulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The endpoint of an emulator of AWS, one per test process."""
    with emulator.running(tmp_path_factory.mktemp("ministack") / "log") as endpoint:
        yield endpoint


@pytest.fixture
def as_deployed(emulated: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The product's own clients speak to the emulator, as they do in its functions; gives its endpoint."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulated)
    aws.client.cache_clear()
    yield emulated
    aws.client.cache_clear()


@pytest.fixture(scope="session")
def package(testrun_uid: str) -> Path:
    """The package of this machine's architecture, built as `make package` builds it; by one worker for all."""
    architecture = ARCHITECTURES[platform.machine()]
    BUILD.mkdir(parents=True, exist_ok=True)
    with (BUILD / "tested").open("a+") as tested:
        fcntl.flock(tested, fcntl.LOCK_EX)
        tested.seek(0)
        if tested.read() == testrun_uid:
            return BUILD / architecture / "package"
        package = build(architecture)
        tested.truncate(0)
        tested.write(testrun_uid)
        return package


@pytest.fixture(scope="session")
def translated(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Template:
    """The package's template as AWS would translate it."""
    return Template(translate(package / "template.json", tmp_path_factory.mktemp("translated") / "template.json"))
