"""Settling under everything that a stream does: rows are moved and dropped while the fold's bad days go on.

To the machine of `test_fold_machine` come a clock, settlers that see what is no longer so, and settlers that die. What
is shown is never above the truth and never goes back, at any moment, and in the end it is the truth.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule, run_state_machine_as_test

from chalicelib.counting.domain.tally import NATION, total
from chalicelib.counting.store import settled, tallies
from chalicelib.counting.usecases import fold_counts, settle_counts
from chalicelib.tables import create_missing_tables
from infra.drills.events import stream_event
from tests.property import test_fold_machine as folding
from tests.property.test_fold_machine import UNITS, Crash, FoldMachine

HOUR_MS = 3_600_000
_now = {"ms": 1_627_952_400_000}
_hook = threading.local()
_real: dict[str, Callable[..., object]] = {"move": settled.move, "drop": settled.drop}


def _before(name: str) -> Any:
    def write(*arguments: Any) -> Any:
        before = getattr(_hook, "before", None)
        if before is not None:
            before()
        return _real[name](*arguments)

    return write


@contextmanager
def before_write(number: int, act: Any) -> Iterator[None]:
    """Lets `act` happen before the settler's write of that number (from 0)."""
    left = count(number, -1)
    _hook.before = lambda: act() if next(left) == 0 else None
    try:
        yield
    finally:
        _hook.before = None


class SettlingMachine(FoldMachine):
    """The stream's bad days, and settlers."""

    @initialize()
    def open_books(self) -> None:
        """Nothing was shown yet, and anything may be delivered again."""
        self.shown = dict.fromkeys((*UNITS, NATION), 0)
        self.floors: dict[int, int] = {}

    @rule(unit=st.sampled_from((*UNITS, NATION)), later_h=st.integers(0, 5))
    def settle(self, unit: str, later_h: int) -> None:
        """Hours later what has gone quiet is moved."""
        _now["ms"] += later_h * HOUR_MS
        settle_counts.settle_counts(self.campaign, unit, _now["ms"])

    @rule(unit=st.sampled_from((*UNITS, NATION)), number=st.integers(0, 2))
    def settler_dies(self, unit: str, number: int) -> None:
        """A settler dies between two writes."""

        def die() -> None:
            raise Crash

        with before_write(number, die):
            try:
                settle_counts.settle_counts(self.campaign, unit, _now["ms"] + 3 * HOUR_MS)
            except Crash:
                return

    @rule(unit=st.sampled_from((*UNITS, NATION)), number=st.integers(0, 1))
    def two_settle(self, unit: str, number: int) -> None:
        """Another settler does it all between what one has read and what it writes."""
        _now["ms"] += 3 * HOUR_MS

        def overtake() -> None:
            _hook.before = None
            settle_counts.settle_counts(self.campaign, unit, _now["ms"])

        with before_write(number, overtake):
            settle_counts.settle_counts(self.campaign, unit, _now["ms"])

    @rule(data=st.data(), unit=st.sampled_from((*UNITS, NATION)))
    def fold_between(self, data: st.DataObject, unit: str) -> None:
        """A batch is counted between what a settler has read and what it writes."""
        _, worker, event, _ = self._batch(data)
        with before_write(0, lambda: worker.fold(event)):
            settle_counts.settle_counts(self.campaign, unit, _now["ms"] + 3 * HOUR_MS)

    @rule()
    def two_days_pass(self) -> None:
        """All was delivered and nothing of it can come again; empty rows are dropped."""
        for zombie in self.zombies:
            zombie.finish()
        self.zombies.clear()
        for shard, records in enumerate(self.shards):
            self.workers[0].fold(stream_event(records[self.positions[shard] :], shard=self._shard(shard)))
            self.positions[shard] = self.floors[shard] = len(records)
        for _ in range(2):
            _now["ms"] += 49 * HOUR_MS
            for unit in (*UNITS, NATION):
                settle_counts.settle_counts(self.campaign, unit, _now["ms"])

    @rule(data=st.data(), back=st.integers(1, 8))
    def replay(self, data: st.DataObject, back: int) -> None:
        """The mapping starts over from an earlier position that the stream still keeps."""
        shard = data.draw(st.integers(0, len(self.shards) - 1))
        self.positions[shard] = max(self.floors.get(shard, 0), self.positions[shard] - back)

    @invariant()
    def never_goes_back(self) -> None:
        """Moving shows in no count."""
        for unit, before in getattr(self, "shown", {}).items():
            self.shown[unit] = total(tallies.read(self.campaign, unit).values())["n"]
            assert self.shown[unit] >= before, unit


@pytest.mark.usefixtures("engine")
def test_counts_are_exact_while_rows_are_settled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Never above the truth, never back, and the truth in the end."""
    create_missing_tables()
    monkeypatch.setattr(tallies, "add", folding._add)
    monkeypatch.setattr(fold_counts, "now_ms", lambda: _now["ms"])
    monkeypatch.setattr(settled, "move", _before("move"))
    monkeypatch.setattr(settled, "drop", _before("drop"))

    run_state_machine_as_test(
        SettlingMachine,
        settings=settings(
            max_examples=40,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def shard_row(shard: str, n: int, moved_in: int) -> dict[str, Any]:
    """A shard's row as it is stored."""
    return {"pk": {"S": "c#u"}, "sk": {"S": shard}, "w": {"S": "7"}} | _counted(n, moved_in)


def _counted(n: int, moved_in: int) -> dict[str, Any]:
    return ({"n": {"N": str(n)}} if n else {}) | ({tallies.ROUND: {"N": str(moved_in)}} if moved_in else {})


@given(
    counted=st.lists(st.tuples(st.integers(1, 9), st.booleans(), st.booleans()), min_size=1, max_size=6),
    settled_seen=st.booleans(),
    before=st.integers(0, 9),
    rounds=st.integers(0, 3),
)
def test_a_query_between_the_writes_of_a_transaction_is_seen_through(
    counted: list[tuple[int, bool, bool]], settled_seen: bool, before: int, rounds: int
) -> None:
    """Whichever of its writes a query saw, the sum is right, or it is known to be torn."""
    moving = [f"s{number}" for number, (_, moves, _) in enumerate(counted) if moves]
    gained = sum(n for n, moves, _ in counted if moves)
    old = {"sk": {"S": tallies.SETTLED}} | _counted(before, rounds)
    new = {"sk": {"S": tallies.SETTLED}} | _counted(before + gained, rounds + 1)
    rows: list[Any] = [new | {tallies.MOVED: {"SS": moving}} if moving and settled_seen else old]
    for number, (n, moves, seen) in enumerate(counted):
        rows.append(shard_row(f"s{number}", *((0, rounds + 1) if moves and seen else (n, 0))))

    whole = tallies.without_moved_rows(rows)

    if whole is None:
        assert not settled_seen
    else:
        assert total(map(tallies.counters, whole))["n"] == before + sum(n for n, _, _ in counted)
