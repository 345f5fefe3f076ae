"""Two thousand netizens against the running system, and again after everything was killed."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from infra.drills.crowd import Acknowledged, differences, play, watch
from infra.drills.running import RunningSystem

NETIZENS = 2000


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSystem]:
    """A system of its own, so that every count begins at nought."""
    with RunningSystem(tmp_path_factory.mktemp("crowd") / "data") as system:
        yield system


def test_every_receipt_is_counted_within_five_seconds(system: RunningSystem, seed: int) -> None:
    """For every link, unit and the nation, `collected` is the number of receipts; a restart changes nothing."""
    told, over = Acknowledged(), threading.Event()
    with ThreadPoolExecutor(1) as beside:
        watching = beside.submit(watch, system.demo, told, over)
        try:
            play(system.demo, NETIZENS, told, seed)
        finally:
            over.set()
    expected = told.by_link()

    assert watching.result() == []
    assert len(told.receipts) == NETIZENS
    assert differences(system.demo, expected) == []

    system.kill_everything()
    system.restart()

    assert differences(system.demo, expected) == []
    play(system.demo, 100, told, seed + 1)
    assert differences(system.demo, told.by_link()) == []
