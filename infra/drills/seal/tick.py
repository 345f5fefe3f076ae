"""One tick of the drill, as one invocation of Lambda's.

    python -m infra.drills.seal.tick NOTES SLOW_STEP SLOW_S

It writes a line into NOTES for each step and segment that it begins, and one for its memory at the end.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from chalicelib import tick
from chalicelib.jobs.jobs import Lease
from chalicelib.kernel import logs
from chalicelib.kernel.clock import now_ms
from chalicelib.sealing import close_collection, segments
from chalicelib.sealing.verdicts import Verdicts
from chalicelib.sealing.write_export import write_part


def main(notes: Path, slow_step: str, slow_s: float) -> None:
    """Does what is due, and notes what that was."""

    def note(*words: object) -> None:
        line = " ".join(map(str, words)) + "\n"
        with notes.open("ab", buffering=0) as file:  # one write each: the lines of several processes stay whole
            file.write(line.encode())

    def part(
        campaign: str, folder: str, segment: int, of: int, further: Callable[[int], None], verdicts: Verdicts
    ) -> str:
        note("made", f"segment-{segment}")
        return write_part(campaign, folder, segment, of, further, verdicts)

    def slowed(name: str, real: close_collection.Step) -> close_collection.Step:
        def step(campaign: Any, lease: Lease[Any], going_on: close_collection.GoingOn) -> None:
            if name not in {"judge", "recount"}:  # whoever is at it: each of its segments is noted
                note("made", name)
            real(campaign, lease, going_on)
            until = time.monotonic() + (slow_s if name == slow_step else 0)
            while time.monotonic() < until:
                going_on()
                time.sleep(0.5)

        return step

    segments.write_part = part  # type: ignore[attr-defined] # it is imported there
    for name, real in close_collection._WORK.items():
        close_collection._WORK[name] = slowed(name, real)
    logs.configure()
    tick.tick(now_ms())
    note("memory", _peak_mb())


def _peak_mb() -> int:
    """What this program had in memory at most; `getrusage` would count in who started it."""
    [line] = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) // 1024


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], float(sys.argv[3]))
