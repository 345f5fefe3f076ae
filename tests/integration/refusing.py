"""An engine that refuses as AWS does, before the one of the tests; the product's own clients speak to it."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from chalicelib.kernel.store import dynamodb
from infra.local import ROOT
from infra.local.ports import free_port


class Gate:
    """The proxy's switches."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process
        self.struck: dict[str, int] = {}
        """How often it has refused, by kind; as it was when a switch was last moved."""

    @contextmanager
    def on(self, kind: str) -> Iterator[None]:
        """Switches one of `infra.drills.refusing.SWITCHES` on for the block."""
        self._tell(f"on {kind}")
        try:
            yield
        finally:
            self._tell(f"off {kind}")

    def _tell(self, line: str) -> None:
        """Returns when it is heard."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{line}\nreport\n")
        self._process.stdin.flush()
        self.struck = json.loads(self._process.stdout.readline())["struck"]


@contextmanager
def before(engine: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    """The product speaks to the engine through it for as long as the block lasts."""
    port = free_port()
    argv = [sys.executable, "-m", "infra.drills.chaos.proxy", str(port), "1", engine]
    with subprocess.Popen(argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        monkeypatch.setattr(dynamodb.TableMeta, "host", f"http://127.0.0.1:{port}")
        _connect_anew()
        try:
            yield Gate(process)
        finally:
            monkeypatch.undo()
            _connect_anew()
            assert process.stdin is not None
            process.stdin.close()


def _connect_anew() -> None:
    for client in (dynamodb.quick_client, dynamodb.patient_client):
        client.cache_clear()
