"""Reading counts with a program, as the documentation and the desk show it."""

import os
import re
import subprocess
import sys
from pathlib import Path

from infra.drills.running import RunningSystem
from infra.local import ROOT
from tests.integration.test_running_system import respond
from tests.pollers import play

DOCUMENT = (ROOT / "docs/polling.md").read_text("utf-8")
TEMPLATES = ROOT / "chalicelib/web/templates/unit"
SPARED = 20
PLACE = "http://127.0.0.1:8000"


def sample(language: str) -> str:
    """The code block of this language in the documentation."""
    found = re.search(rf"```{language}\n(.*?)```", DOCUMENT, re.DOTALL)
    assert found is not None
    return found.group(1)


def test_the_desk_shows_what_the_documentation_says() -> None:
    """One text, in two places."""
    for language, name in (("sh", "poll.sh.txt"), ("python", "poll.py.txt")):
        shown = (TEMPLATES / name).read_text("utf-8").replace("{{ public_url }}", PLACE)

        assert shown == sample(language)


def test_the_shell_sample_sees_a_change_and_then_none(running_system: RunningSystem, tmp_path: Path) -> None:
    """200 with the figures, then 304 for nothing."""
    unit = running_system.demo["units"][7]
    command = sample("sh").replace(PLACE, running_system.base_url)

    def poll() -> str:
        environment = os.environ | {"KEY": unit["key"]}
        asked = ["bash", "-c", command]
        return subprocess.run(
            asked, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=30, check=True
        ).stdout.strip()

    assert poll() == "200"
    assert unit["name"] in (tmp_path / "counts.json").read_text("utf-8")
    assert poll() in {"304", "200"}  # 200 where somebody else's response came in meanwhile


def test_the_python_sample_follows_a_count(running_system: RunningSystem) -> None:
    """It prints a line for each change, and nothing while there is none."""
    unit = running_system.demo["units"][8]
    code = sample("python").replace(PLACE, running_system.base_url).replace("time.sleep(5)", "time.sleep(0.5)")
    environment = os.environ | {"KEY": unit["key"]}
    with subprocess.Popen([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True) as polling:
        assert polling.stdout is not None
        first = polling.stdout.readline().split()
        with running_system.client() as netizen:
            respond(netizen, unit["links"][0])
        counted = int(first[1])
        while counted == int(first[1]):
            counted = int(polling.stdout.readline().split()[1])
        polling.terminate()

    assert counted == int(first[1]) + 1


def test_all_units_poll_while_responses_come_in(running_system: RunningSystem, seed: int) -> None:
    """135 units, every five seconds: every answer right, and bare 304s once nothing comes in any more.

    `python -m tests.pollers DATA_DIR` plays a whole minute, and says what a poll takes next to a submission.
    The last units are spared: other tests compare their own responses with these units' counts.
    """
    busy, quiet, submissions = play(running_system.demo, seconds=11, per_second=4, spared=SPARED, seed=seed)

    assert busy.wrong + quiet.wrong == []
    assert busy.count >= 2 * len(running_system.demo["units"])
    assert quiet.share_304 > 0.9
    assert len(submissions) > 20
