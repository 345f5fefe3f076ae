"""The supervisor, with small processes whose life and death can be seen."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.local import ROOT

_RUNNER = """
import sys
from pathlib import Path
from infra.local.failure import StartFailed
from infra.local.processes import Program
from infra.local.supervisor import Stopped, Supervisor
folder = Path(sys.argv[1])
supervisor = Supervisor(folder / "processes.json")
try:
    for name in sys.argv[2:]:
        supervisor.add(Program(name, [sys.executable, "-c", (folder / f"{name}.py").read_text()]))
    supervisor.until(lambda: (folder / "go").exists(), "The system", timeout_s=10)
    print("up", flush=True)
    supervisor.forever()
except Stopped:
    pass
except StartFailed as reason:
    sys.exit(str(reason))
finally:
    supervisor.stop()
"""
_SLEEPER = "import time; time.sleep(600)"
_DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open({!r}, 'w'); time.sleep(600)"


class Runner:
    """A supervisor in a process of its own, over the named scripts of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[str] | None = None

    def start(self, **scripts: str) -> None:
        """Starts it with one child per script, and waits until it is up."""
        (self.folder / "go").touch()
        for name, script in scripts.items():
            (self.folder / f"{name}.py").write_text(script)
        argv = [sys.executable, "-c", _RUNNER, str(self.folder), *scripts]
        self.process = subprocess.Popen(
            argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "up\n"

    @property
    def pids(self) -> dict[str, int]:
        """What its status file says."""
        try:
            pids: dict[str, int] = json.loads((self.folder / "processes.json").read_text())
        except FileNotFoundError:
            return {}
        return pids

    def end(self, by: signal.Signals) -> tuple[int, float]:
        """Sends it a signal; returns its exit code and how long that took, in seconds."""
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(by)
        return self.process.wait(20), time.monotonic() - began


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    """A supervisor that is gone after the test."""
    runner = Runner(tmp_path)
    yield runner
    if runner.process is not None:
        runner.process.kill()
        runner.process.communicate()


def is_alive(pid: int) -> bool:
    """Whether the process runs (a zombie doesn't)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def eventually(holds: Callable[[], bool], within_s: float = 5) -> bool:
    """Whether `holds()` becomes true in time."""
    deadline = time.monotonic() + within_s
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_end_it_ends_its_children_and_succeeds(runner: Runner, by: signal.Signals) -> None:
    """Ctrl-C and SIGTERM lead to exit code 0, no child is left, nor is the status file."""
    runner.start(one=_SLEEPER, two=_SLEEPER)
    pids = runner.pids

    code, took_s = runner.end(by)

    assert code == 0
    assert took_s < 2
    assert not any(is_alive(pid) for pid in pids.values())
    assert runner.pids == {}


def test_a_killed_runner_takes_every_child_along(runner: Runner) -> None:
    """`kill -9` of the runner leaves nothing behind."""
    runner.start(one=_SLEEPER, two=_SLEEPER)
    pids = runner.pids

    runner.end(signal.SIGKILL)

    assert len(pids) == 2
    assert eventually(lambda: not any(is_alive(pid) for pid in pids.values()))


def test_a_dead_child_is_started_again_at_once(runner: Runner) -> None:
    """The status names its new pid; the others are left alone."""
    runner.start(one=_SLEEPER, two=_SLEEPER)
    before = runner.pids

    os.kill(before["one"], signal.SIGKILL)

    assert eventually(lambda: runner.pids["one"] != before["one"], within_s=1)
    assert is_alive(runner.pids["one"])
    assert runner.pids["two"] == before["two"]


def test_a_paused_child_is_left_alone_and_ends_with_the_rest(runner: Runner) -> None:
    """SIGSTOP is no death, and doesn't keep the runner from ending."""
    runner.start(one=_SLEEPER)
    pid = runner.pids["one"]

    os.kill(pid, signal.SIGSTOP)
    code, took_s = runner.end(signal.SIGTERM)

    assert (code, is_alive(pid)) == (0, False)
    assert took_s < 2


def test_a_child_that_does_not_listen_is_killed(runner: Runner) -> None:
    """A deaf child costs a few seconds and no more."""
    runner.start(one=_DEAF.format(str(runner.folder / "deaf")))
    pid = runner.pids["one"]
    assert eventually((runner.folder / "deaf").exists)

    code, took_s = runner.end(signal.SIGTERM)

    assert (code, is_alive(pid)) == (0, False)
    assert 2 < took_s < 6


def test_children_stay_in_the_group_and_leave_ctrl_c_to_the_runner(runner: Runner) -> None:
    """They are in the group of whoever started the runner, and a SIGINT to the group doesn't end them on its own."""
    runner.start(one=_SLEEPER)
    pid = runner.pids["one"]
    assert runner.process is not None
    assert os.getpgid(pid) == os.getpgid(runner.process.pid)

    os.kill(pid, signal.SIGINT)
    os.killpg(os.getpgid(pid), signal.SIGINT)

    assert runner.process.wait(5) == 0
    assert not is_alive(pid)


def test_a_child_that_never_stays_up_fails_the_start_in_one_sentence(runner: Runner) -> None:
    """It is tried three times; then the runner says which one it was."""
    (runner.folder / "one.py").write_text("raise SystemExit('no such table')")

    argv = [sys.executable, "-c", _RUNNER, str(runner.folder), "one"]
    finished = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)

    assert finished.returncode == 1
    assert "no such table" in finished.stderr
    assert finished.stderr.splitlines()[-1].startswith("The system ends as soon as it is started (one)")
