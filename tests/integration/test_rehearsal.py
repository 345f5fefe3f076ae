"""`make rehearse`, tiny: the whole of it, and that it leaves nothing behind."""

import json
import os
import signal
from pathlib import Path

from tests.integration.test_chaos import group, start


def test_ten_days_in_six_seconds(tmp_path: Path) -> None:
    """Every receipt is stored, counted in time and sealed; the table and the file say so."""
    run = start(tmp_path, "infra.drills.rehearse", RESPONSES="40", MINUTES="0.1", SETTLE_S="5", SEED="2")

    said, _ = run.communicate(timeout=240)

    assert run.returncode == 0, said
    found = json.loads((tmp_path / "rehearsal.json").read_text("utf-8"))
    assert 0 < found["acknowledged"] <= 40
    assert found["acknowledged"] + found["turned_away"] == 40
    assert found["acknowledged"] == found["stored"] == found["counted"] == found["sealed"]
    assert (found["duplicates"], found["lost"], found["late"]) == (0, 0, 0)
    assert found["lag_s"]["max"] <= 5
    assert found["polls"] >= 135
    assert "refused: 10 of 10 before the opening, 30 of 30 after the close" in said
    assert list((tmp_path / "tmp").iterdir()) == []
    assert group(run.pid) == set()


def test_ctrl_c_ends_all_that_was_started(tmp_path: Path) -> None:
    """While units are being registered, also when signalled twice; the exit code says that nothing was proved."""
    run = start(tmp_path, "infra.drills.rehearse", RESPONSES="40", MINUTES="1")
    assert run.stdout is not None
    while "registering units" not in (line := run.stdout.readline()):
        assert line, "it ended before its time"

    os.killpg(run.pid, signal.SIGINT)
    os.kill(run.pid, signal.SIGTERM)
    said, _ = run.communicate(timeout=60)

    assert run.returncode == 130, said
    assert "Traceback" not in said
    assert list((tmp_path / "tmp").iterdir()) == []
    assert group(run.pid) == set()


def test_a_wrong_option_is_told_before_anything_starts(tmp_path: Path) -> None:
    """In one sentence."""
    run = start(tmp_path, "infra.drills.rehearse", MINUTES="soon")

    said, _ = run.communicate(timeout=60)

    assert (run.returncode, said.count("\n")) == (1, 1)
    assert "MINUTES=soon is not a number of minutes" in said
