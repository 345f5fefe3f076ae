"""`make chaos`, short: the whole of it, and that it leaves nothing behind."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from infra.drills.chaos.receipts import read_receipts
from infra.drills.chaos.targets import PROC
from infra.local import ROOT

_OF_THE_TESTS = ("MAKELEVEL", "CHAOS_OWN_NAMESPACE")


def start(folder: Path, module: str = "infra.drills.chaos", **options: str) -> subprocess.Popen[str]:
    """A run of `module` in a process group of its own, whose files go to `folder`."""
    inherited = {name: value for name, value in os.environ.items() if name not in _OF_THE_TESTS}
    (folder / "tmp").mkdir()
    return subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=folder,
        env=inherited | options | {"PYTHONPATH": str(ROOT), "TMPDIR": str(folder / "tmp")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def group(leader: int) -> set[int]:
    """Who lives in a process group."""
    alive = set()
    for folder in PROC.iterdir():
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[2] == str(leader) and fields[0] != "Z":
            alive.add(int(folder.name))
    return alive


def test_nothing_is_lost_doubled_or_late_whatever_breaks(tmp_path: Path) -> None:
    """A dozen faults in about a minute; the files are there as the contract says, and nothing else is left."""
    run = start(tmp_path, RESPONSES="2500", FAULTS="12", SEED="1", SETTLE_S="10")

    said, _ = run.communicate(timeout=240)

    assert run.returncode == 0, said
    found = json.loads((tmp_path / "chaos.json").read_text())
    faults = found.pop("faults")
    assert list(found) == ["seed", "acknowledged", "stored", "counted", "sealed", "duplicates", "lost", "late"]
    assert found["acknowledged"] > 500
    assert found["stored"] == found["counted"] == found["sealed"] >= found["acknowledged"]
    assert (found["duplicates"], found["lost"], found["late"]) == (0, 0, 0)
    assert sum(faults.values()) == 12
    assert len(faults) >= 6
    assert len(read_receipts(tmp_path / "chaos-receipts.txt")) == found["acknowledged"]
    assert list((tmp_path / "tmp").iterdir()) == []
    assert group(run.pid) == set()


def test_ctrl_c_ends_all_that_was_started(tmp_path: Path) -> None:
    """In the middle of a run, also when signalled twice; the exit code says that nothing was proved."""
    run = start(tmp_path, RESPONSES="5000", FAULTS="30", SEED="2")
    while not (receipts := tmp_path / "chaos-receipts.txt").exists() or receipts.stat().st_size < 10_000:
        assert run.poll() is None
        time.sleep(0.05)

    os.killpg(run.pid, signal.SIGINT)
    os.kill(run.pid, signal.SIGTERM)
    said, _ = run.communicate(timeout=60)

    assert run.returncode == 130, said
    assert "Traceback" not in said
    assert list((tmp_path / "tmp").iterdir()) == []
    assert group(run.pid) == set()
