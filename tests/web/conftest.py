"""The pages' tests stand on the tests' engine, and many of them on the current campaign."""

import pytest

from tests import stage


@pytest.fixture(autouse=True, scope="module")
def _prepared(engine: str) -> None:
    stage.prepare()
    stage.let_fresh_ones_be_current()
