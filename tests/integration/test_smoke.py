"""`make smoke` against the one-machine run, and against a system that does something wrong."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from infra.drills.chaos.options import OptionWrong
from infra.drills.running import RunningSystem
from infra.drills.smoke.__main__ import read_journey
from infra.drills.smoke.door import Door, Expected, Failed, wait_until
from infra.drills.smoke.journey import Journey, Sheet
from infra.local import ROOT

WITHIN_S = 120


def smoke(system: RunningSystem, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command, as `make smoke` starts it."""
    asked = {"URL": system.base_url, "SECRETARIAT_KEY": system.demo["secretariat_key"], "OPEN_S": "15"}
    return subprocess.run(
        [sys.executable, "-m", "infra.drills.smoke"],
        cwd=ROOT,
        env=asked | environment | {"PATH": ""},
        capture_output=True,
        text=True,
        timeout=WITHIN_S,
        check=False,
    )


def is_mailed(system: RunningSystem, address: str) -> bool:
    """Whether a mail to `address` has arrived."""
    return any(address in path.read_text("utf-8") for path in (system.data_dir / "mailbox").glob("*.eml"))


def test_the_whole_journey_and_its_mail(running_system: RunningSystem) -> None:
    """Ten steps, all of them right; whom it names gets the mail of the seal."""
    done = smoke(running_system, MAIL_TO="smoke@minsheng.example")

    assert done.returncode == 0, done.stdout
    assert done.stdout.count("✓") == 10
    assert "6 rows, SHA-256 as sealed" in done.stdout
    wait_until(lambda: is_mailed(running_system, "smoke@minsheng.example"), "the mail of the seal", WITHIN_S)


def test_a_wrong_key_ends_it_at_once(running_system: RunningSystem) -> None:
    """With what was due and what came."""
    done = smoke(running_system, SECRETARIAT_KEY="wrong")

    assert done.returncode == 1
    assert "404 not-found was due, 401 key-invalid" in done.stdout


def test_a_step_that_goes_wrong_says_how(running_system: RunningSystem) -> None:
    """A receipt that nobody holds a response for is found in the export."""
    journey = Journey(running_system.base_url, running_system.demo["secretariat_key"], open_s=15, responses=1)
    steps = dict(journey.steps())
    for name in list(steps)[:9]:
        steps[name]()
    journey.receipts["AAAA-AAAA-AAAA-AAAA"] = Sheet({}, {})

    with pytest.raises(Failed, match="2 rows for 3 receipts"):
        steps["the export"]()


def test_an_answer_other_than_the_one_due_is_told(running_system: RunningSystem) -> None:
    """The status, the slug and the beginning of the body."""
    with pytest.raises(Failed, match="GET /api/v1/health: 404 was due, 200"):
        Door(running_system.base_url).get("/api/v1/health", Expected(404))


def test_silence_is_told(tmp_path: Path) -> None:
    """Nobody listens there."""
    with pytest.raises(Failed, match="GET /api/v1/health"):
        Journey("http://127.0.0.1:9", json.dumps(str(tmp_path))).health()


@pytest.mark.parametrize(
    ("environment", "said"),
    [({"SECRETARIAT_KEY": "k"}, "URL= is not"), ({"URL": "http://127.0.0.1:8000"}, "SECRETARIAT_KEY is missing")],
)
def test_it_asks_for_what_it_needs(environment: dict[str, str], said: str) -> None:
    """In one sentence."""
    with pytest.raises(OptionWrong, match=said):
        read_journey(environment)
