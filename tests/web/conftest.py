"""The pages' tests use the tests' engine, and many of them the current campaign: the one that opened last."""

from collections.abc import Iterator

import pytest

from tests import stage


@pytest.fixture(autouse=True, scope="module")
def _prepared(engine: str) -> None:
    stage.prepare()
    stage.remove_campaigns()


@pytest.fixture(autouse=True)
def _own_campaigns(_prepared: None) -> Iterator[None]:
    """What a test makes is gone after it; what the module's fixtures made stays."""
    kept = stage.campaign_ids()
    yield
    stage.remove_campaigns(kept)


@pytest.fixture
def campaign(_own_campaigns: None) -> str:
    """A fresh open one, for tests whose module has none of its own."""
    return stage.make_campaign()


@pytest.fixture
def key(_own_campaigns: None) -> str:
    """The secretariat's."""
    return stage.secretariat_key()
