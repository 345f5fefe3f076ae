"""`make rehearse`, tiny: the whole of it, and that it leaves nothing behind."""

import json
from pathlib import Path

from tests.integration.test_chaos import group, start


def test_ten_days_in_six_seconds(tmp_path: Path) -> None:
    """Every receipt is stored, counted in time and sealed; the table and the file say so."""
    run = start(tmp_path, "infra.rehearse", RESPONSES="40", MINUTES="0.1", SETTLE_S="5", SEED="2")

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
