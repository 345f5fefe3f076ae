"""The pages' tests stand on the tests' engine."""

import pytest

from tests import stage


@pytest.fixture(autouse=True, scope="session")
def _prepared(engine: str) -> None:
    stage.prepare()
