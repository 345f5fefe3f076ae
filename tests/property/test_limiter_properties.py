"""The limiter against its definition: never more than burst and rate allow, and never less."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.kernel.rate_limiter import Limiter
from chalicelib.kernel.settings import Settings

SLACK = 1e-6
gaps = st.lists(st.one_of(st.just(0.0), st.floats(0, 0.2), st.floats(0, 10)), min_size=1, max_size=120)


@dataclass
class Clock:
    """A clock that a test moves."""

    now: float = 1_000.0

    def __call__(self) -> float:
        return self.now


def play(limiter: Limiter[str], clock: Clock, gaps: list[float], key: str = "k") -> list[float]:
    """Asks once after each gap; the instants at which something passed."""
    passed = []
    for gap in gaps:
        clock.now += gap
        if limiter.take(key) == 0:
            passed.append(clock.now)
    return passed


@given(gaps, st.floats(0.5, 50), st.integers(1, 20))
def test_no_stretch_of_time_lets_more_pass(gaps: list[float], per_s: float, burst: int) -> None:
    """In any stretch of t seconds at most burst + rate × t."""
    clock = Clock()
    passed = play(Limiter(per_s, burst, clock=clock), clock, gaps)

    for first in range(len(passed)):
        for last in range(first, len(passed)):
            assert last - first + 1 <= burst + per_s * (passed[last] - passed[first]) + SLACK


@given(gaps, st.floats(0.5, 50), st.integers(1, 20))
def test_what_is_in_proportion_always_passes(gaps: list[float], per_s: float, burst: int) -> None:
    """A bucket of water, counted apart: whoever finds a drop in it is let pass, nobody else is."""
    clock, level = Clock(), float(burst)
    limiter: Limiter[str] = Limiter(per_s, burst, clock=clock)

    for gap in gaps:
        clock.now += gap
        level = min(float(burst), level + gap * per_s)
        passes = limiter.take("k") == 0
        if abs(level - 1) > 1e-3:  # nearer than a thousandth of a drop nobody argues
            assert passes == (level > 1)
        level -= passes


@given(gaps, st.floats(0.5, 50), st.integers(1, 20))
def test_who_waits_as_told_passes(gaps: list[float], per_s: float, burst: int) -> None:
    """Neither earlier nor later; looking gives the same answer as asking, and uses nothing up."""
    clock = Clock()
    limiter: Limiter[str] = Limiter(per_s, burst, clock=clock)
    play(limiter, clock, gaps)
    looked = [limiter.wait_s("k") for _ in range(3)]
    wait = limiter.take("k")

    assert looked == pytest.approx([wait] * 3, abs=SLACK)
    if wait:
        clock.now += wait * 0.5
        assert limiter.take("k") > 0
        clock.now += wait * 0.5 + SLACK
        assert limiter.take("k") == 0


@given(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 1)), max_size=80))
def test_keys_know_nothing_of_each_other(asked: list[tuple[str, float]]) -> None:
    """Each key passes as if it were alone."""
    clock = Clock()
    shared: Limiter[str] = Limiter(2, 3, clock=clock)
    alone: dict[str, Limiter[str]] = {key: Limiter(2, 3, clock=clock) for key in "abc"}

    for key, gap in asked:
        clock.now += gap
        assert shared.take(key) == alone[key].take(key)


def test_memory_is_bounded_and_forgetting_only_lets_pass() -> None:
    """A million keys leave no more than were agreed; the busiest aren't forgotten for the sake of passers-by."""
    limiter: Limiter[int] = Limiter(1, 1, most=100)

    for key in range(1_000_000):
        assert limiter.take(key) == 0

    assert len(limiter._full_at) == 100
    assert limiter.take(999_999) > 0


def test_who_was_quiet_the_longest_is_forgotten_first() -> None:
    """Not who came first and comes again: else a crowd of strangers would free a busy link."""
    limiter: Limiter[str] = Limiter(1, 2, most=2, clock=Clock())

    passed = [limiter.take(key) for key in ("busy", "quiet", "busy", "stranger")]

    assert passed == [0, 0, 0, 0]
    assert limiter.take("busy") > 0


def test_threads_share_one_bucket() -> None:
    """Of eight threads that ask at the same instant just as many pass as are in it."""
    clock = Clock()
    limiter: Limiter[str] = Limiter(1, 5_000, clock=clock)

    with ThreadPoolExecutor(8) as threads:
        passed = sum(threads.map(lambda _: sum(limiter.take("k") == 0 for _ in range(1_000)), range(8)))

    assert passed == 5_000


@pytest.mark.parametrize(
    ("per_s", "seconds"),
    [(25, 60), (250, 600), (300, 3600)],
    ids=["a hall of 500 in a minute", "half a crowd on one link", "the rate itself for an hour"],
)
def test_no_legitimate_load_on_a_link_is_refused(per_s: int, seconds: int) -> None:
    """With the settings as they come: also where all of it meets one process."""
    clock, usual = Clock(), Settings()
    limiter: Limiter[str] = Limiter(usual.link_per_s, usual.link_burst, clock=clock)

    passed = play(limiter, clock, [1 / per_s + 1e-9] * (per_s * seconds))

    assert len(passed) == per_s * seconds
    assert all(later >= earlier for earlier, later in pairwise(passed))


def test_no_legitimate_load_on_the_stage_is_refused() -> None:
    """400 responses a second, each with its ticket, over 405 links for ten minutes, and a spike of 20,000 at 09:00."""
    clock, usual = Clock(), Settings()
    stage: Limiter[str] = Limiter(usual.stage_per_s, usual.stage_burst, clock=clock)

    assert len(play(stage, clock, [0.0] * 20_000)) == 20_000
    assert len(play(stage, clock, [1 / 800] * 480_000)) == 480_000


def test_a_client_with_an_old_key_is_never_refused_for_polling() -> None:
    """135 of them ask every second for an hour with keys that were replaced: 401 each time, never 429."""
    clock, usual = Clock(), Settings()
    failures: Limiter[str] = Limiter(usual.failures_per_s, usual.failures_burst, clock=clock)

    for _ in range(3_600):
        clock.now += 1.0
        for unit in range(135):
            assert failures.wait_s(f"unit {unit}") == 0
            failures.take(f"unit {unit}")
