"""Starting processes that can't outlive the one that started them."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from infra.local import ROOT

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


@dataclass(frozen=True)
class Program:
    """One process to run: its name in messages and in `processes.json`, and what to start."""

    name: str
    argv: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to the runner's own."""
    inherited: Sequence[int] = ()
    """File descriptors that it takes over."""
    log: Path | None = None
    """Where what it says goes, emptied at every start; none means to the terminal."""


def module(name: str, *arguments: str) -> list[str]:
    """The command that runs a module of this package with this interpreter."""
    return [sys.executable, "-m", f"infra.local.{name}", *arguments]


def start(program: Program) -> subprocess.Popen[bytes]:
    """Starts `program` in this process group, from the repository's root; it is killed when its parent dies.

    To be called from the main thread: Linux means by *parent* the thread that started it. Raises `OSError`.
    """
    parent = os.getpid()

    def prepare() -> None:
        # Ctrl-C reaches the whole group at once; the runner alone answers it, and ends the others in order.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        die_with_parent(parent)

    with program.log.open("wb") if program.log else nullcontext() as log:
        return subprocess.Popen(
            program.argv,
            cwd=ROOT,
            env=os.environ | program.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=program.inherited,
            preexec_fn=prepare,  # noqa: PLW1509 (nothing threaded runs in who calls this)
        )


def die_with_parent(parent: int, by: signal.Signals = signal.SIGKILL) -> None:
    """Has Linux send `by` to this process at the moment its parent dies, however that happens.

    `parent` is the pid that it is expected to be; where that one is gone already, this process ends now.
    """
    if _LIBC is None:
        return
    _LIBC.prctl(_PR_SET_PDEATHSIG, int(by))
    if os.getppid() != parent:
        os._exit(1)
