"""Doing what the plan says: each fault is begun, and gives back how it is ended."""

import signal
import subprocess
import sys
from collections.abc import Callable
from random import Random

from infra.drills.chaos.children import Child
from infra.drills.chaos.disk import Disk
from infra.drills.chaos.plan import MISCHIEFS, REFUSALS, STREAM_MISCHIEFS, Fault
from infra.drills.chaos.targets import PROC, find
from infra.drills.slow_clients import SlowClients
from infra.local import ROOT

Undo = Callable[[], object]
_SLOW_CLIENTS = 100
"""Three times as many as there are threads."""


class Faults:
    """Strikes the processes under the runner, its disk, its way to the engine, and the campaign's window.

    `move_window` moves the close to somewhere far off and says whether that was accepted.
    """

    def __init__(
        self, runner: int, base_url: str, disk: Disk, proxy: Child, move_window: Callable[[], bool], rng: Random
    ) -> None:
        self._runner = runner
        self._base_url = base_url
        self._disk = disk
        self._proxy = proxy
        self._move_window = move_window
        self._rng = rng

    def strike(self, fault: Fault) -> Undo | None:
        """Begins a fault and returns what ends it; None where it couldn't be done just now."""
        action, _, part = fault.kind.removeprefix("long-").partition("-")
        match action:
            case "kill":
                return self._kill(part)
            case "pause":
                return self._pause(part)
            case "disk":
                return self._fill_disk()
            case "slow":
                return self._besiege()
            case "clock":
                return self._jump()
            case "window":
                return _nothing if self._move_window() else None
        assert fault.kind in {*MISCHIEFS, *STREAM_MISCHIEFS, *REFUSALS}
        self._proxy.tell(f"on {fault.kind}")
        return lambda: self._proxy.tell(f"off {fault.kind}")

    def _kill(self, part: str) -> Undo | None:
        target = find(self._runner, part, self._rng)
        return _nothing if target and target.send(signal.SIGKILL) else None

    def _pause(self, part: str) -> Undo | None:
        target = find(self._runner, part, self._rng)
        if target is None or not target.send(signal.SIGSTOP):
            return None
        return lambda: target.send(signal.SIGCONT)

    def _jump(self) -> Undo | None:
        """The ticks go on by a clock that is weeks ahead, and later by the right one again."""
        target = find(self._runner, "tick", self._rng)
        if target is None or not target.send(signal.SIGSTOP):
            return None
        environment = (PROC / str(target.pid) / "environ").read_bytes().decode().split("\0")
        own = {name: value for name, _, value in (pair.partition("=") for pair in environment if pair)}
        ahead = subprocess.Popen([sys.executable, "-m", "infra.drills.chaos.ahead"], env=own, cwd=ROOT)

        def set_right() -> None:
            ahead.kill()
            ahead.wait()
            target.send(signal.SIGCONT)

        return set_right

    def _besiege(self) -> Undo:
        clients = SlowClients(self._base_url, _SLOW_CLIENTS)
        clients.begin()
        return clients.end

    def _fill_disk(self) -> Undo | None:
        try:
            self._disk.fill()
        except subprocess.CalledProcessError:  # more was written meanwhile than was left
            return None
        return self._disk.free


def _nothing() -> None:
    """Ends what has no duration."""
