"""Processes of a run: helpers that are talked to line by line, and all of them gone when the run is."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from infra.local import ROOT
from infra.local.processes import die_with_parent

_PATIENCE_S = 15.0


class Child:
    """A Python module in a process of its own, from the repository's root; it dies with this process."""

    def __init__(self, module: str, *arguments: str, environment: Mapping[str, str] | None = None, log: Path) -> None:
        parent = os.getpid()

        def prepare() -> None:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the group; who started it ends it
            die_with_parent(parent)

        self._buffer = b""
        with log.open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=ROOT,
                env=os.environ | (environment or {}),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                preexec_fn=prepare,  # noqa: PLW1509 - there are no threads here
            )
        assert self.process.stdout is not None
        os.set_blocking(self.process.stdout.fileno(), False)

    def tell(self, line: str) -> None:
        """Writes a line to its stdin; nothing where it has ended."""
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(f"{line}\n".encode())
            self.process.stdin.flush()

    def heard(self) -> list[str]:
        """The whole lines that it has said since the last call; doesn't wait."""
        assert self.process.stdout is not None
        while chunk := self.process.stdout.read(1 << 16):
            self._buffer += chunk
        *lines, self._buffer = self._buffer.split(b"\n")
        return [line.decode() for line in lines]

    @property
    def ended(self) -> bool:
        """Whether it runs no more."""
        return self.process.poll() is not None

    def end(self) -> None:
        """Asks it to end, and makes it end where it doesn't."""
        if self.process.poll() is None:
            self.process.terminate()
            self.process.send_signal(signal.SIGCONT)
            try:
                self.process.wait(_PATIENCE_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
