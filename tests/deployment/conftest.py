"""What the deployment's tests share: one emulator of AWS."""

from collections.abc import Iterator

import pytest

from chalicelib.gateways import aws
from tests.deployment import emulator


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
