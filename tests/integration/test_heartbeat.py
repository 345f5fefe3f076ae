"""A long step keeps its lease as long as it comes further; one that stands still, or whose job is gone, stops."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Queue
from threading import Event, active_count
from types import ModuleType
from typing import Any

import pytest

from chalicelib.jobs import jobs
from chalicelib.jobs.heartbeat import BEAT_S, STILL_MS, Pulse, kept
from chalicelib.jobs.job import LEASE_MS, Progress
from chalicelib.jobs.jobs import Cancelled, Lease, LeaseLost
from chalicelib.jobs.kinds import Kind
from chalicelib.jobs.run_leased import take_up
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.settings import settings
from chalicelib.kernel.store import dynamodb
from chalicelib.links.domain.link import new_code
from chalicelib.links.usecases import pack_kits
from chalicelib.sealing import close_collection, export
from tests import stage

AT = 1_627_952_400_000
BEAT_MS = int(BEAT_S * 1000)


class Steps(Progress):
    """How far the tests' work has come."""

    steps: int = 0


TOYS = Kind("toy", Steps, cancellable=True)


@pytest.fixture
def lease(engine: str) -> Lease[Steps]:
    """A job that this worker holds since `AT`."""
    stage.prepare()
    name = f"{now_ms()}-{new_code()}"
    TOYS.create(name, f"campaign-{name}", AT)
    lease = jobs.take(TOYS.id_of(name), AT, Steps)
    assert lease is not None
    return lease


def taken(lease: Lease[Steps], at_ms: int) -> bool:
    """Whether another worker gets the job then."""
    return jobs.take(lease.job.id, at_ms, Steps) is not None


def test_a_lease_outlasts_beats_that_fail() -> None:
    """Two of them, so that one call that is lost loses no job."""
    assert 3 * BEAT_MS <= LEASE_MS


def test_a_lease_of_a_clock_that_was_far_ahead_holds_nobody_up(lease: Lease[Steps]) -> None:
    """Once the time was set right, the job is taken up again; and whoever had it then stores nothing any more."""
    days_ahead = AT + 20 * stage.DAY_MS
    assert taken(lease, days_ahead)

    again = jobs.take(lease.job.id, AT + LEASE_MS, Steps)

    assert again is not None
    with pytest.raises(LeaseLost):
        lease.save(days_ahead)
    again.save(AT + LEASE_MS)


def test_work_that_comes_further_keeps_its_lease(lease: Lease[Steps]) -> None:
    """For as long as it takes: hours."""
    pulse = Pulse(lease, AT)

    for number in range(1, 100):
        at_ms = AT + number * BEAT_MS * 20
        pulse.going_on()
        assert pulse.beat(at_ms)
        assert not taken(lease, at_ms + LEASE_MS - 1)

    lease.save(AT + 2_000 * BEAT_MS)


def test_work_that_stands_still_for_five_minutes_loses_it(lease: Lease[Steps]) -> None:
    """Not a moment earlier; though nobody has taken it over yet, nothing is saved any more, and the work stops."""
    pulse = Pulse(lease, AT)
    pulse.going_on()
    assert pulse.beat(AT + BEAT_MS)

    assert pulse.beat(AT + BEAT_MS + STILL_MS - 1)
    assert not pulse.beat(AT + BEAT_MS + STILL_MS)

    for act in (pulse.going_on, lambda: lease.save(AT + BEAT_MS + STILL_MS), lease.release):
        with pytest.raises(LeaseLost):
            act()
    assert not taken(lease, AT + BEAT_MS + STILL_MS + LEASE_MS - 2)
    assert taken(lease, AT + BEAT_MS + STILL_MS + LEASE_MS - 1)


def test_a_beat_stores_nothing_that_the_worker_has_not_saved(lease: Lease[Steps]) -> None:
    """The worker may be in the middle of a note."""
    lease.progress.steps = 1
    lease.save(AT)
    lease.progress.steps = 2
    lease.job.step = "half"

    Pulse(lease, AT).beat(AT + BEAT_MS)

    stored = TOYS.find(lease.job.name)
    assert (stored.progress.steps, stored.job.step) == (1, "")


@pytest.mark.parametrize("what", ["taken over", "cancelled"])
def test_work_whose_job_is_gone_stops_at_once(lease: Lease[Steps], what: str) -> None:
    """It needn't come to its next save."""
    pulse = Pulse(lease, AT)
    gone: dict[str, tuple[Callable[[], object], type[Exception]]] = {
        "taken over": (lambda: taken(lease, AT + LEASE_MS), LeaseLost),
        "cancelled": (lambda: TOYS.cancel(lease.job.name, AT, "test"), Cancelled),
    }
    act, told = gone[what]
    assert act()

    assert not pulse.beat(AT + BEAT_MS)

    for next_one in (pulse.going_on, lambda: lease.save(AT + BEAT_MS)):
        with pytest.raises(told):
            next_one()


def test_a_beat_that_fails_is_followed_by_another(lease: Lease[Steps], monkeypatch: pytest.MonkeyPatch) -> None:
    """A call may be lost; the work hears nothing of it."""
    pulse = Pulse(lease, AT)

    def fail(*_: object) -> None:
        raise ConnectionResetError

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "write_if", fail)
        assert pulse.beat(AT + BEAT_MS)
    assert pulse.beat(AT + 2 * BEAT_MS)

    pulse.going_on()
    assert not taken(lease, AT + 2 * BEAT_MS + LEASE_MS - 1)


class Metronome:
    """Lets beats happen when the test says so, and waits until each has been."""

    def __init__(self) -> None:
        self._beats: Queue[int | None] = Queue()
        self._been: Queue[None] = Queue()
        self._at_ms = AT
        self._waited = False

    def wait(self, ended: Event) -> bool:
        """For the next beat, or the end."""
        if self._waited:
            self._been.put(None)
        self._waited = True
        at_ms = self._beats.get(timeout=10)
        self._at_ms = at_ms or self._at_ms
        return at_ms is None or ended.is_set()

    def clock(self) -> int:
        """The instant of the beat."""
        return self._at_ms

    def beat(self, at_ms: int) -> None:
        """One beat, to its end."""
        self._beats.put(at_ms)
        self._been.get(timeout=10)

    def stop(self) -> None:
        """No more beats."""
        self._beats.put(None)


def test_a_thread_beats_for_as_long_as_the_block_lasts(lease: Lease[Steps]) -> None:
    """And has ended with it."""
    metronome, threads = Metronome(), active_count()

    with kept(lease, metronome.clock, metronome.wait) as going_on:
        for number in range(1, 50):
            going_on()
            metronome.beat(AT + number * LEASE_MS)
            assert not taken(lease, AT + (number + 1) * LEASE_MS - 1)
        assert active_count() == threads + 1
        metronome.stop()

    assert active_count() == threads
    assert taken(lease, AT + 50 * LEASE_MS)


def test_a_block_that_fails_ends_its_thread_too(lease: Lease[Steps]) -> None:
    """With the block's own failure."""
    metronome, threads = Metronome(), active_count()
    metronome.stop()

    with pytest.raises(ZeroDivisionError), kept(lease, metronome.clock, metronome.wait):
        raise ZeroDivisionError

    assert active_count() == threads


@pytest.mark.parametrize("module", [export, close_collection, pack_kits], ids=lambda module: module.__name__)
def test_what_handles_whole_files_is_kept(engine: str, module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading, learning, setting figures, assembling and hashing tell that they go on."""
    stage.prepare()
    campaign, moves = stage.make_campaign(), Counter[int]()
    stage.make_link(campaign)
    stage.move_close(campaign, -settings().settle_s * 1000 - 1)

    @contextmanager
    def counted(_: Lease[Progress]) -> Iterator[Callable[[], None]]:
        block = len(moves)
        yield lambda: moves.update([block])

    monkeypatch.setattr(module, "kept", counted)
    if module is close_collection:
        close_collection.close_collection(campaign, lambda _: None)
    elif module is export:
        name = export.request_export(campaign, now_ms(), "test")
        take_up(export.EXPORTS, export.EXPORTS.id_of(name), now_ms())
    else:
        take_up(pack_kits.KITS, f"kits#{pack_kits.order_kits(campaign, now_ms(), 'test')}", now_ms())

    assert len(moves) == (5 if module is close_collection else 1)


def test_the_worker_may_save_while_its_lease_is_renewed(lease: Lease[Steps], monkeypatch: pytest.MonkeyPatch) -> None:
    """A renewal that is on its way overwrites no later note: the save waits for it."""
    real, on_its_way, go = dynamodb.write_if, Event(), Event()

    def slow(*arguments: Any) -> object:
        monkeypatch.setattr(jobs, "write_if", real)
        on_its_way.set()
        assert go.wait(10)
        return real(*arguments)

    metronome = Metronome()
    with kept(lease, metronome.clock, metronome.wait):
        monkeypatch.setattr(jobs, "write_if", slow)
        metronome._beats.put(AT + BEAT_MS)
        assert on_its_way.wait(10)
        lease.progress.steps = 5
        assert lease._storing.locked()
        go.set()
        lease.save(AT + BEAT_MS)
        metronome.stop()

    assert TOYS.find(lease.job.name).progress.steps == 5
