"""The whole system as a person starts it, for tests and benches that go through the front door."""

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import httpx

from infra.local import ROOT
from infra.local.ports import free_port

_TIMEOUT_S = 60
_OF_THE_TESTS = ("DYNAMODB_ENDPOINT", "TABLE_PREFIX", "MAKELEVEL", "WORKERS", "HOST")
_LAST_LINE = "mailbox"


class RunningSystem:
    """`python -m infra.local` on a free port with its own `DATA_DIR`; a context manager that ends it.

    `environment` adds to what the runner reads (`WORKERS`, `SETTLE_S`, …). The state survives `restart`.
    """

    def __init__(self, data_dir: Path, **environment: str) -> None:
        self.data_dir = data_dir
        self.base_url = f"http://127.0.0.1:{free_port()}"
        self.log = data_dir.with_name(f"{data_dir.name}.log")
        inherited = {name: value for name, value in os.environ.items() if name not in _OF_THE_TESTS}
        port = self.base_url.rpartition(":")[2]
        own = {"PORT": port, "DATA_DIR": str(data_dir), "BASE_URL": self.base_url, "SETTLE_S": "5"}
        self._environment = inherited | own | environment
        self._process: subprocess.Popen[bytes] | None = None

    @cached_property
    def demo(self) -> dict[str, Any]:
        """`demo.json`: keys, units and links; a test that replaces a key notes it here for those after it."""
        demo: dict[str, Any] = json.loads((self.data_dir / "demo.json").read_text("utf-8"))
        return demo

    @property
    def runner(self) -> int:
        """The runner's pid."""
        assert self._process is not None
        return self._process.pid

    @property
    def runs(self) -> bool:
        """Whether the runner is there."""
        return self._process is not None and self._process.poll() is None

    def processes(self) -> dict[str, int]:
        """What runs now, by name."""
        running: dict[str, int] = json.loads((self.data_dir / "processes.json").read_text())
        return running

    def start(self) -> Self:
        """Starts it and waits until its doors are open."""
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "infra.local"], cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )
        deadline = time.monotonic() + _TIMEOUT_S
        while _LAST_LINE not in self.log.read_text("utf-8"):
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"the system did not start:\n{self.log.read_text('utf-8')}")
            time.sleep(0.02)
        return self

    def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Asks it to end and returns its exit code."""
        assert self._process is not None
        self._process.send_signal(by)
        return self._process.wait(_TIMEOUT_S)

    def kill_everything(self) -> None:
        """`kill -9` of the runner; returns when the last of its children, which hold the lock too, is gone."""
        self.stop(signal.SIGKILL)
        with (self.data_dir / "lock").open() as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)

    def restart(self) -> None:
        """Ends it in good order where it still runs, and starts it again on the same port and state."""
        if self.runs:
            self.stop()
        self.start()

    def client(self, key: str = "") -> httpx.Client:
        """A client of its HTTP interface, with an API key where one is given."""
        return httpx.Client(base_url=self.base_url, headers={"X-Api-Key": key} if key else {}, timeout=20)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self.runs:
            self.stop()
