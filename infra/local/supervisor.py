"""Keeps the processes of the system alive, and ends them all."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from infra.local.durable import write_durably
from infra.local.failure import StartFailed
from infra.local.processes import Program, start

_SIGNALS = {signal.SIGCHLD, signal.SIGTERM, signal.SIGINT}
_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 5.0
_STEADY_S = 10.0
"""Who lived this long is restarted at once, and its earlier falls are forgotten."""
_GRACE_S = 3.0
"""How long a process may take to end by itself."""


class Stopped(Exception):
    """Ctrl-C, SIGTERM or SIGHUP arrived."""


@dataclass
class _Child:
    program: Program
    process: subprocess.Popen[bytes]
    started: float
    falls: int = 0
    due: float | None = None
    """When it is to be started again; None while it runs."""


class Supervisor:
    """Starts programs, restarts those that end, and ends them all in the reverse order.

    Signals are blocked and awaited, never handled asynchronously: everything happens in one thread, in order.
    `status` (`processes.json`) is kept current: `{name: pid}` of what runs.
    """

    def __init__(self, status: Path) -> None:
        # A terminal that closes ends us too, unless we were started with `nohup`.
        self._signals = _SIGNALS | ({signal.SIGHUP} if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN else set())
        signal.pthread_sigmask(signal.SIG_BLOCK, self._signals)
        self._status = status
        self._children: dict[str, _Child] = {}

    def add(self, program: Program) -> None:
        """Starts `program`, and starts it again whenever it ends."""
        self._children[program.name] = _Child(program, start(program), time.monotonic())
        self._write_status()

    def complete(self, program: Program) -> int:
        """Runs `program` once to its end and returns its exit code; the others are looked after meanwhile."""
        process = start(program)
        try:
            while process.poll() is None:
                self._attend(1)
        finally:
            _kill(process)
        return process.returncode

    def until(self, ready: Callable[[], bool], what: str, timeout_s: float = 60) -> None:
        """Looks after everything until `ready()`. Raises `StartFailed` if a child keeps falling or time is up."""
        deadline = time.monotonic() + timeout_s
        while not ready():
            fallen = [child.program.name for child in self._children.values() if child.falls >= 3]
            if fallen or time.monotonic() > deadline:
                how = (
                    f"ends as soon as it is started ({fallen[0]})"
                    if fallen
                    else f"gave no answer for {timeout_s:.0f} s"
                )
                raise StartFailed(f"{what} {how}; if it said why, that stands above or in DATA_DIR/engine.log.")
            self._attend(0.01)

    def forever(self) -> NoReturn:
        """Looks after everything until `Stopped` is raised."""
        while True:
            self._attend(_LONGEST_PAUSE_S)

    def stop(self) -> None:
        """Ends all children, the last started first; a second signal ends them at once."""
        patience = True
        for child in reversed(self._children.values()):
            deadline = time.monotonic() + _GRACE_S
            child.process.terminate()
            child.process.send_signal(signal.SIGCONT)  # one that was paused hears it now
            while patience and child.process.poll() is None and time.monotonic() < deadline:
                got = signal.sigtimedwait(self._signals, 0.2)
                patience = got is None or got.si_signo == signal.SIGCHLD
            _kill(child.process)
        self._children.clear()
        with suppress(OSError):
            self._status.unlink(missing_ok=True)

    def _attend(self, timeout_s: float) -> None:
        now = time.monotonic()
        waiting = [child.due - now for child in self._children.values() if child.due is not None]
        got = signal.sigtimedwait(self._signals, max(0.0, min([timeout_s, *waiting])))
        if got is not None and got.si_signo != signal.SIGCHLD:
            raise Stopped
        self._restart_the_fallen()

    def _restart_the_fallen(self) -> None:
        before = [child.process.pid for child in self._children.values()]
        now = time.monotonic()
        for child in self._children.values():
            if child.due is None and child.process.poll() is not None:
                _note_fall(child, now)
            if child.due is not None and child.due <= now:
                _start_again(child, now)
        if before != [child.process.pid for child in self._children.values()]:
            self._write_status()

    def _write_status(self) -> None:
        running = {name: child.process.pid for name, child in self._children.items()}
        with suppress(OSError):  # a full disk is no reason to fall; the next change writes it again
            write_durably(self._status, json.dumps(running, indent=1).encode())


def _note_fall(child: _Child, now: float) -> None:
    child.falls = 1 if now - child.started > _STEADY_S else child.falls + 1
    pause = 0.0 if child.falls == 1 else min(_FIRST_PAUSE_S * 2 ** (child.falls - 2), _LONGEST_PAUSE_S)
    child.due = now + pause
    say(f"{child.program.name} ended ({_how(child.process.returncode)}); started again in {pause:.1f} s")


def _start_again(child: _Child, now: float) -> None:
    try:
        child.process, child.started, child.due = start(child.program), now, None
    except OSError as error:  # no memory, no disk: both may come back
        child.due = now + _LONGEST_PAUSE_S
        say(f"{child.program.name} can't be started ({error}); tried again in {_LONGEST_PAUSE_S:.0f} s")


def _how(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
        process.wait()


def say(*lines: str) -> None:
    """Says something to the person at the terminal, apart from the doors on stdout."""
    with suppress(OSError):  # the words may go to a file on a full disk, which is no reason to fall
        print(*lines, sep="\n", file=sys.stderr, flush=True)
