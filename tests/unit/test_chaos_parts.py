"""The parts of `make chaos` that decide: options, plan, strikes, progress, mischief, report."""

import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from infra.drills.chaos.mischief import Mischief
from infra.drills.chaos.options import OptionWrong, read_options
from infra.drills.chaos.plan import KINDS, MISCHIEFS, STREAM_MISCHIEFS, Fault, plan
from infra.drills.chaos.progress import Progress
from infra.drills.chaos.report import Outcome, table, write
from infra.drills.chaos.strikes import Strikes
from infra.drills.chaos.wire import Message

SETTLE_S = 10.0
REQUEST = Message(b"POST / HTTP/1.1\r\nX-Amz-Target: DynamoDB_20120810.PutItem\r\n\r\n", b"{}")
READING = Message(b"POST / HTTP/1.1\r\nX-Amz-Target: DynamoDBStreams_20120810.GetRecords\r\n\r\n", b'{"Limit": 1000}')


def test_options_have_the_contracts_defaults() -> None:
    """20,000 responses, 40 faults, ten seconds, and a seed of its own each time."""
    options = read_options({})

    assert (options.responses, options.faults, options.settle_s) == (20_000, 40, 10.0)
    assert options.seed != read_options({}).seed
    assert read_options({"SEED": "7"}).seed == 7


@pytest.mark.parametrize("name", ["RESPONSES", "FAULTS", "SEED", "SETTLE_S"])
def test_a_wrong_option_is_named(name: str) -> None:
    """In one sentence."""
    with pytest.raises(OptionWrong, match=f"^{name}=many is not"):
        read_options({name: "many"})


def test_the_seed_alone_decides_the_plan() -> None:
    """The same seed gives the same faults; another one others."""
    assert plan(5, 40, SETTLE_S) == plan(5, 40, SETTLE_S)
    assert plan(5, 40, SETTLE_S) != plan(6, 40, SETTLE_S)


@pytest.mark.parametrize("seed", range(12))
def test_a_plan_has_as_many_faults_as_asked_of_many_kinds(seed: int) -> None:
    """Also a short one; and a long one has every kind."""
    short, whole = (Counter(f.kind for part in plan(seed, n, SETTLE_S) for f in part) for n in (12, 100))

    assert (short.total(), whole.total()) == (12, 100)
    assert len(short) >= 6
    assert whole.keys() >= set(KINDS)


@pytest.mark.parametrize("seed", range(12))
def test_something_is_paused_across_the_close_for_longer_than_it_settles(seed: int) -> None:
    """A worker in every plan, the engine in some: while it stands still nothing tries the gate."""
    _, around = plan(seed, 12, SETTLE_S)

    across = {f.kind for f in around if _begins(f) < 0 and (f.lasts_s > SETTLE_S or f.until_sealed)}

    assert "long-pause-worker" in across
    assert across & {"long-pause-engine"} or "pause-engine" in {f.kind for f in around}


@pytest.mark.parametrize("seed", range(12))
def test_the_fold_is_left_alone_before_the_recount(seed: int) -> None:
    """Nothing keeps the pump or the engine from working in the second half of the settle time."""
    _, around = plan(seed, 60, SETTLE_S)

    for fault in around:
        harmless = fault.kind.endswith(("-worker", "-web", "-tick"))
        begins, ends = _begins(fault), _begins(fault) + fault.lasts_s
        assert harmless or ends <= SETTLE_S / 2 or begins >= SETTLE_S


def _begins(fault: Fault) -> float:
    assert fault.after_close_s is not None
    return fault.after_close_s


def test_a_fault_is_begun_when_due_tried_again_and_ended() -> None:
    """One whose victim is away is begun later; what lasts until the seal is ended then."""
    away, log = [True], list[str]()

    def strike(fault: Fault) -> Callable[[], None] | None:
        return None if away and fault.kind == "kill-pump" and away.pop() else lambda: log.append(fault.kind)

    strikes = Strikes(strike, lambda line: None)
    now = time.time()
    strikes.add(Fault(0.5, None, "kill-pump"), now)
    strikes.add(Fault(None, 0.0, "long-pause-worker", 0.0, until_sealed=True), now)
    strikes.add(Fault(0.5, None, "disk-full"), now + 3600)

    strikes.step()
    assert strikes.struck == {"long-pause-worker": 1}
    strikes.step()
    strikes.step()
    assert (strikes.struck.total(), log) == (2, ["kill-pump"])
    strikes.end_those_until_sealed()

    assert log == ["kill-pump", "long-pause-worker"]
    assert strikes.waiting
    assert not strikes.missed


def test_what_is_planned_around_the_close_moves_with_it() -> None:
    """A fault of the load doesn't."""
    begun: list[str] = []
    strikes = Strikes(lambda fault: begun.append(fault.kind), lambda line: None)
    strikes.add(Fault(None, 0.0, "kill-tick"), time.time() + 60)
    strikes.add(Fault(0.5, None, "kill-pump"), time.time() + 60)

    strikes.postpone(-60)
    strikes.step()

    assert begun == ["kill-tick"]


def test_a_part_that_stays_away_is_missed() -> None:
    """After twenty seconds without a victim it is an objection."""
    strikes = Strikes(lambda fault: None, lambda line: None)
    strikes.add(Fault(0.5, None, "kill-pump"), time.time() - 21)

    strikes.step()

    assert strikes.idle
    assert strikes.missed == ["kill-pump found nothing to strike for 20 s"]


def test_progress_counts_whole_lines_as_they_come(tmp_path: Path) -> None:
    """Against the number asked for."""
    receipts = tmp_path / "receipts.txt"
    receipts.touch()
    progress = Progress(receipts, 10, 1000)

    with receipts.open("a") as book:
        book.write("A x y\nB x")
        book.flush()
        first = progress.look()
        book.write(" y\n")
        book.flush()

    assert first == pytest.approx(0.1, abs=0.01)
    assert progress.look() == pytest.approx(0.2, abs=0.01)


@pytest.mark.parametrize("kind", MISCHIEFS)
def test_a_mischief_strikes_while_it_is_on(kind: str) -> None:
    """And leaves a trace in the count."""
    mischief = Mischief(Random(1))

    mischief.turn(kind, on=True)
    treated = [mischief.treat(REQUEST)[1] for _ in range(100)]
    struck = mischief.struck[kind]
    mischief.turn(kind, on=False)
    later = [mischief.treat(REQUEST)[1] for _ in range(100)]

    assert struck >= 10
    assert len([t for t in treated if t.instead or t.afterwards is not None or t.wait_s]) == struck
    assert not any(t.instead or t.afterwards is not None or t.wait_s for t in later)


@pytest.mark.parametrize("kind", STREAM_MISCHIEFS)
def test_the_streams_mischiefs_leave_other_requests_alone(kind: str) -> None:
    """A read is delayed or cut; a write passes untouched."""
    mischief = Mischief(Random(1))
    mischief.turn(kind, on=True)

    for _ in range(100):
        assert mischief.treat(REQUEST)[0] is REQUEST
    read = [mischief.treat(READING) for _ in range(100)]

    assert mischief.struck[kind] >= 10
    assert any(t.wait_s or json.loads(m.body)["Limit"] <= 25 for m, t in read)
    assert all(m.header(b"content-length") in {None, str(len(m.body)).encode()} for m, _ in read)


def test_a_clean_outcome_is_written_as_the_contract_says(tmp_path: Path) -> None:
    """All keys, and nothing else."""
    figures = {"acknowledged": 5, "stored": 5, "counted": 5, "sealed": 5, "duplicates": 0, "lost": 0, "late": 0}
    outcome = Outcome(7, {"kill-pump": 2}, figures | {"objections": []})

    write(outcome, tmp_path / "chaos.json")

    assert json.loads((tmp_path / "chaos.json").read_text()) == {"seed": 7, **figures, "faults": {"kill-pump": 2}}
    assert outcome.is_clean
    assert "kill-pump" in table(outcome)


@pytest.mark.parametrize(
    "spoiled",
    [
        Outcome(7, {}),
        Outcome(7, {}, {"duplicates": 0, "lost": 0, "late": 0}, objections=["x"]),
        *(
            Outcome(7, {}, {"duplicates": 0, "lost": 0, "late": 0} | {name: 1})
            for name in ("duplicates", "lost", "late")
        ),
    ],
)
def test_anything_else_is_not_clean(spoiled: Outcome) -> None:
    """No verdict, an objection, a double, a loss, a late one."""
    assert not spoiled.is_clean
