"""Counting under everything that a stream does: the real fold against the real engine, driven by hypothesis.

The machine stores records in shards, and delivers them as Lambda does on a bad day: again, re-cut, cut short by a
crash between two row updates, with the success lost, to a fresh worker, or to one that is long dead to its caller and
still writes. Whatever happens, no count is ever above the truth, and once all is delivered each is the truth.
"""

import queue
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chalicelib.counting.domain import tally
from chalicelib.counting.domain.tally import NATION, total
from chalicelib.counting.store import set_aside, tallies
from chalicelib.counting.usecases.fold_counts import Folding, ShardUnknown
from chalicelib.tables import create_missing_tables
from infra.drills.events import stream_event, stream_record

UNITS = ("11-01", "44-01", "44-02")
_campaigns = count(1)
_hook = threading.local()
_real_add = tallies.add


class Crash(Exception):
    """The worker died."""


def _add(*arguments: Any) -> None:
    before = getattr(_hook, "before", None)
    if before is not None:
        before()
    _real_add(*arguments)


@contextmanager
def crashing_after(updates: int) -> Iterator[None]:
    """The worker dies before its update number `updates` (from 0)."""
    left = count(updates, -1)

    def before() -> None:
        if next(left) == 0:
            raise Crash

    _hook.before = before
    try:
        yield
    finally:
        _hook.before = None


class Zombie:
    """An invocation whose caller has given it up; it goes on one row update at a time."""

    def __init__(self, event: dict[str, Any]) -> None:
        self._steps: queue.Queue[None] = queue.Queue()
        self._thread = threading.Thread(target=self._run, args=(event,), daemon=True)
        self._thread.start()

    def step(self) -> None:
        """Lets it do one more update."""
        self._steps.put(None)

    def finish(self) -> None:
        """Lets it do all it would still do."""
        while self._thread.is_alive():
            self._steps.put(None)
            self._thread.join(0.01)

    def _run(self, event: dict[str, Any]) -> None:
        _hook.before = self._steps.get
        Folding().fold(event)


class FoldMachine(RuleBasedStateMachine):
    """Responses, shards, workers, and a bad network."""

    @initialize(start=st.sampled_from([1, 7, 95, 10**21 - 3]))
    def begin(self, start: int) -> None:
        """Sequence numbers begin where their length soon changes."""
        self.campaign = f"machine-{next(_campaigns)}"
        self.sequence = start
        self.shards: list[list[dict[str, Any]]] = [[]]
        self.positions = [0]
        self.truth: dict[str, Counter[str]] = {unit: Counter() for unit in (*UNITS, NATION)}
        self.poison: set[str] = set()
        self.workers = [Folding(), Folding()]
        self.zombies: list[Zombie] = []

    @rule(unit=st.sampled_from(UNITS), valid=st.booleans(), hour=st.integers(0, 2), many=st.integers(1, 4))
    def store(self, unit: str, valid: bool, hour: int, many: int) -> None:
        """Responses are stored by several links, and their records lie at the end of the newest shard."""
        for link in range(many):
            item = self._item(unit, valid, hour, link)
            self._append(item)
            label = f"20210803{9 + hour:02d}"
            for owner, name in ((unit, f"l:L{unit}{link}"), (NATION, "p:44")):
                self.truth[owner].update({"n": 1, "v": int(valid), f"h:{label}": 1, name: 1})

    @rule()
    def store_poison(self) -> None:
        """A record that can't be read lies among the others."""
        self._append({"id": {"S": "x"}, "c": {"S": self.campaign}, "at": {"N": "soon"}})
        self.poison.add(f"{self._shard(len(self.shards) - 1)}#{self.sequence}")

    @rule()
    @precondition(lambda self: len(self.shards) < 3)
    def split(self) -> None:
        """A shard ends and a new one follows."""
        self.shards.append([])
        self.positions.append(0)

    @rule(data=st.data(), lost=st.booleans())
    def deliver(self, data: st.DataObject, lost: bool) -> None:
        """A batch is delivered; its success may be lost on the way back."""
        shard, worker, event, size = self._batch(data)
        reply = worker.fold(event)
        if reply == {"state": {}, "batchItemFailures": []} and not lost:
            self.positions[shard] += size

    @rule(data=st.data(), updates=st.integers(0, 3))
    def crash(self, data: st.DataObject, updates: int) -> None:
        """The worker dies between two row updates; a batch reported as done counts as done."""
        shard, worker, event, size = self._batch(data)
        with crashing_after(updates):
            try:
                worker.fold(event)
            except Crash:
                self.workers[self.workers.index(worker)] = Folding()
                return
        self.positions[shard] += size

    @rule(data=st.data())
    @precondition(lambda self: len(self.zombies) < 3)
    def abandon(self, data: st.DataObject) -> None:
        """A caller gives an invocation up, which doesn't know, and the batch comes again."""
        _, _, event, _ = self._batch(data)
        self.zombies.append(Zombie(event))

    @rule(data=st.data())
    @precondition(lambda self: self.zombies)
    def zombie_writes(self, data: st.DataObject) -> None:
        """A given-up invocation does one more update."""
        data.draw(st.sampled_from(self.zombies)).step()

    @rule(data=st.data(), back=st.integers(1, 8))
    def replay(self, data: st.DataObject, back: int) -> None:
        """The mapping starts over from an earlier position."""
        shard = data.draw(st.integers(0, len(self.shards) - 1))
        self.positions[shard] = max(0, self.positions[shard] - back)

    @rule(worker=st.integers(0, 1))
    def cold_start(self, worker: int) -> None:
        """A worker is replaced by a fresh one, which remembers nothing."""
        self.workers[worker] = Folding()

    @rule(worker=st.integers(0, 1))
    def end_of_window(self, worker: int) -> None:
        """The window ends with a call that carries no records."""
        reply = self.workers[worker].fold(stream_event([], shard=self._shard(0), final=True))

        assert reply == {"state": {}, "batchItemFailures": []}

    @invariant()
    def never_above_the_truth(self) -> None:
        """No count is ever too high, at any moment."""
        for unit, truth in getattr(self, "truth", {}).items():
            counted = total(tallies.read(self.campaign, unit).values())
            assert all(n <= truth[name] for name, n in counted.items() if name in truth), (unit, counted, truth)

    def teardown(self) -> None:
        """At last everything is delivered, and every count is exact."""
        if not hasattr(self, "truth"):
            return
        for shard, records in enumerate(self.shards):
            rest = records[self.positions[shard] :]
            self.workers[0].fold(stream_event(rest, shard=self._shard(shard)))
        for zombie in self.zombies:
            zombie.finish()
        for unit, truth in self.truth.items():
            counted = total(tallies.read(self.campaign, unit).values())
            assert {name: counted[name] for name in truth} == dict(truth), unit
        assert self.poison <= {name for name, _ in set_aside.everything()}

    def _batch(self, data: st.DataObject) -> tuple[int, Folding, dict[str, Any], int]:
        shard = data.draw(st.integers(0, len(self.shards) - 1))
        size = data.draw(st.integers(0, 9))
        worker = data.draw(st.sampled_from(self.workers))
        records = self.shards[shard][self.positions[shard] : self.positions[shard] + size]
        return shard, worker, stream_event(records, shard=self._shard(shard)), len(records)

    def _append(self, item: dict[str, Any]) -> None:
        self.sequence += 2
        self.shards[-1].append(stream_record(item, self.sequence))

    def _shard(self, number: int) -> str:
        return f"shardId-{self.campaign}-{number}"

    def _item(self, unit: str, valid: bool, hour: int, link: int) -> dict[str, Any]:
        arrived = 1_627_952_400_000 + hour * 3_600_000
        strings = {"id": "r", "c": self.campaign, "u": unit, "l": f"L{unit}{link}", "e": "public", "p": "44"}
        item: dict[str, Any] = {name: {"S": text} for name, text in strings.items()}
        return item | {"at": {"N": str(arrived)}} | ({} if valid else {"x": {"S": "too_fast"}})


@pytest.mark.usefixtures("engine")
def test_counts_are_exact_whatever_the_stream_does(monkeypatch: pytest.MonkeyPatch) -> None:
    """Never above the truth at any moment, and the truth in the end; also where a row takes several updates."""
    create_missing_tables()
    monkeypatch.setattr(tally, "MOST_NAMES", 9)
    monkeypatch.setattr(tallies, "add", _add)

    run_state_machine_as_test(
        FoldMachine,
        settings=settings(
            max_examples=60,
            stateful_step_count=30,
            deadline=None,
            derandomize=True,
            # Shrinking replays against the engine for minutes; thirty steps can be read as they are.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.usefixtures("engine")
def test_a_batch_of_a_thousand_links_is_counted() -> None:
    """As it comes after a stop of some minutes on the last evening: of one unit, each valid in part, over two days."""
    create_missing_tables()
    campaign, links, hours = f"many-{next(_campaigns)}", 1_000, 48
    strings = {"id": "r", "c": campaign, "u": "11-01", "e": "public", "p": "44"}
    items = [
        {name: {"S": text} for name, text in (strings | {"l": f"L{n % links}"}).items()}
        | {"at": {"N": str(1_627_952_400_000 + n % hours * 3_600_000)}}
        | ({"x": {"S": "too_fast"}} if n % 3 else {})
        for n in range(3 * links)
    ]
    event = stream_event([stream_record(item, n + 1) for n, item in enumerate(items)], shard="shardId-many")

    for _ in range(2):
        Folding().fold(event)

    (counted,) = tallies.read(campaign, "11-01").values()
    assert (counted["n"], counted["v"]) == (3 * links, links)
    assert {counted[f"l:L{n}"] for n in range(links)} == {3}
    assert sum(n for name, n in counted.items() if name.startswith("h:")) == 3 * links
    assert sum(tallies.read(campaign, NATION)["shardId-many"][name] for name in ("n", "v")) == 4 * links


def test_an_event_without_its_shard_fails_loudly() -> None:
    """Counting without knowing the shard would be wrong, so nothing is counted."""
    event = stream_event([])
    del event["shardId"]

    with pytest.raises(ShardUnknown):
        Folding().fold(event)
