"""Which faults strike when: drawn from the seed alone, before anything is started."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

PARTS = ("worker", "web", "engine", "pump", "tick", "trimmer")
"""What can be killed and paused: `web` is gunicorn's master, `worker` one of its children at random."""
MISCHIEFS = ("throttling", "errors", "errors-after-write", "drops-after-write", "slow-answers")
"""What the proxy does to requests of any kind, see `infra.drills.chaos.mischief`."""
STREAM_MISCHIEFS = ("stream-delay", "stream-cut")
REFUSALS = ("throttled-key", "lagging-reads")
"""What AWS does, see `infra.drills.refusing`."""
KINDS = (
    *(f"kill-{part}" for part in PARTS),
    *(f"pause-{part}" for part in PARTS),
    "disk-full",
    *MISCHIEFS,
    *STREAM_MISCHIEFS,
    *REFUSALS,
    "slow-clients",
    "clock-ahead",
    "window-moved",
)
LONG_PAUSES = tuple(f"long-pause-{part}" for part in ("worker", "engine", "pump", "tick"))
"""Longer than the settle time. They cost most of it, so they are drawn more rarely."""
_SHARE_AT_CLOSE = 0.25
_KINDS_PER_LONG_PAUSE = 12


@dataclass(frozen=True, order=True)
class Fault:
    """One fault. It strikes at `progress` (0 to 1) of the load, or `after_close_s` relative to the close."""

    progress: float | None
    after_close_s: float | None
    kind: str
    lasts_s: float = 0.0
    until_sealed: bool = False
    """It lasts until the seal is there, instead."""


def plan(seed: int, faults: int, settle_s: float) -> tuple[list[Fault], list[Fault]]:
    """`faults` faults: those during the load, in order, and those around the close, in order.

    The pump and the engine are left alone in the second half of the settle time: then the tallies must be complete
    when the recount looks at them, and the judge may insist on it.
    """
    rng = Random(seed)
    around = _around_the_close(rng, settle_s)[: max(2, round(faults * _SHARE_AT_CLOSE))][:faults]
    kinds = _kinds(rng)
    during = [_during(next(kinds), rng, settle_s) for _ in range(faults - len(around))]
    return sorted(during, key=lambda f: f.progress or 0.0), sorted(around, key=lambda f: f.after_close_s or 0.0)


def _kinds(rng: Random) -> Iterator[str]:
    """Every kind once in random order, and over again; now and then a long pause."""
    drawn = 0
    while True:
        for kind in rng.sample(KINDS, len(KINDS)):
            drawn += 1
            if drawn % _KINDS_PER_LONG_PAUSE == 0:
                yield rng.choice(LONG_PAUSES)
            yield kind


def _during(kind: str, rng: Random, settle_s: float) -> Fault:
    return Fault(rng.random(), None, kind, _duration(kind, rng, settle_s))


def _duration(kind: str, rng: Random, settle_s: float) -> float:
    if kind.startswith("long-pause-"):
        return settle_s + rng.uniform(0.5, 2.5)
    if kind.startswith("kill-") or kind == "window-moved":
        return 0.0
    if kind == "clock-ahead":  # long enough for a tick or two, and shorter than what two clocks are watched for
        return rng.uniform(2.5, 4.0)
    return rng.uniform(0.3, 4.0)


def _around_the_close(rng: Random, settle_s: float) -> list[Fault]:
    """Scenes at the gate and during the sealing, the most telling first, the others in random order."""

    def at(begin: float, end: float, kind: str, *, until_sealed: bool = False) -> Fault:
        return Fault(None, begin, kind, max(0.0, end - begin), until_sealed)

    def across(kind: str) -> Fault:
        """A pause longer than the settle time, that ends early enough in it for the fold to catch up."""
        end = rng.uniform(0.1, 0.4) * settle_s
        return at(end - settle_s - rng.uniform(0.5, 1.5), end, kind)

    worker = rng.choice(
        [across("long-pause-worker"), at(-rng.uniform(0.2, 2.0), 0.0, "long-pause-worker", until_sealed=True)]
    )
    # While the engine stands still nothing passes the gate: in some runs it does at the close, in others just after.
    just_after = at(rng.uniform(0.8, 1.5), 0.4 * settle_s, "pause-engine")
    telling = [worker, rng.choice([across("long-pause-engine"), just_after])]
    sealing = settle_s + rng.uniform(0.0, 1.5)
    others = [
        at(rng.uniform(-0.5, 0.1), 0.0, "kill-worker"),
        at(rng.uniform(-0.5, 0.1), 0.0, "kill-engine"),
        at(rng.uniform(-0.5, 0.1), 0.0, "kill-web"),
        at(-rng.uniform(0.5, 3.0), 0.3 * settle_s, "pause-pump"),
        at(-rng.uniform(0.5, 3.0), 0.2 * settle_s, "drops-after-write"),
        at(-rng.uniform(0.5, 3.0), 0.2 * settle_s, "disk-full"),
        at(rng.uniform(0.3, 0.9) * settle_s, 0.0, "kill-tick"),
        at(settle_s - 1.0, 2.2 * settle_s, "long-pause-tick"),
        at(sealing, 0.0, "kill-tick"),
        at(sealing, 0.0, "kill-engine"),
        at(sealing, sealing + 3.0, "errors-after-write"),
        at(sealing, sealing + 3.0, "disk-full"),
    ]
    rng.shuffle(telling)
    rng.shuffle(others)
    return telling + others
