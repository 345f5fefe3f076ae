"""Finding the processes to strike, by what Linux knows of them."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

PROC = Path("/proc")
_NAMES = {
    "infra.local.web": "web",
    "infra.local.pump": "pump",
    "infra.local.ticker": "tick",
    "infra.local.trimmer": "trimmer",
    "infra.local.smtp": "smtp",
}
ALL = {*_NAMES.values(), "engine"}
"""The children of a run in good health."""


@dataclass(frozen=True)
class Target:
    """A process, distinguished from a later one with the same number by its start time."""

    pid: int
    started: str

    def send(self, sent: signal.Signals) -> bool:
        """Signals it; whether it was still there."""
        with suppress(ProcessLookupError):
            if identify(self.pid) == self:
                os.kill(self.pid, sent)
                return True
        return False


def identify(pid: int) -> Target | None:
    """The process with this number."""
    fields = _stat(pid)
    return Target(pid, fields[19]) if fields else None


def find(runner: int, part: str, rng: Random) -> Target | None:
    """The living process that plays `part` under the runner; None while it is being restarted."""
    running = parts(runner)
    if part == "worker":
        workers = list(children(running["web"])) if "web" in running else []
        return identify(rng.choice(workers)) if workers else None
    return identify(running[part]) if part in running else None


def parts(runner: int) -> dict[str, int]:
    """What runs directly under the runner, by name, zombies left out."""
    found = {}
    for pid in children(runner):
        with suppress(OSError):
            command = (PROC / str(pid) / "cmdline").read_bytes().decode().split("\0")
            name = "engine" if "dynoxide" in command[0] else next((_NAMES[a] for a in command if a in _NAMES), None)
            if name:
                found[name] = pid
    return found


def family(pid: int) -> Iterator[int]:
    """A process and all that descend from it."""
    yield pid
    for child in children(pid):
        yield from family(child)


def children(pid: int) -> Iterator[int]:
    """The living children of a process."""
    for folder in PROC.iterdir():
        fields = _stat(int(folder.name)) if folder.name.isdecimal() else None
        if fields and fields[1] == str(pid) and fields[0] != "Z":
            yield int(folder.name)


def is_paused(pid: int) -> bool:
    """Whether the process is stopped by a signal."""
    fields = _stat(pid)
    return bool(fields and fields[0] == "T")


def _stat(pid: int) -> list[str] | None:
    """The fields of `/proc/PID/stat` from the state on: state, parent, …; the start time is the 20th."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
