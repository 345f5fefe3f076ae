"""The one-machine run as a whole: its doors, and what it survives."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from infra.drills.players import random_answers
from infra.drills.running import RunningSystem
from infra.local import ROOT
from infra.local.ports import free_port

CHILDREN = {"engine", "smtp", "web", "pump", "tick", "trimmer"}


@pytest.fixture(scope="module")
def survivor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSystem]:
    """A system to break, whose pump delivers nine reads of ten again, so that hardly a response comes only once."""
    folder = tmp_path_factory.mktemp("survivor")
    with RunningSystem(folder / "data", PUMP_REDELIVER="0.9", WORKERS="2") as system:
        yield system


@pytest.fixture
def system(survivor: RunningSystem) -> RunningSystem:
    """The system to break, running: a test may have ended it."""
    if not survivor.runs:
        survivor.start()
    return survivor


def respond(client: httpx.Client, link: dict[str, Any]) -> None:
    """One netizen's response through the front door; like a page's, it is sent again while the service can't answer."""
    ticket = client.post("/api/v1/tickets", json={"link": link["code"]}).raise_for_status().json()
    definition = client.get(f"/api/v1/questionnaires/{ticket['edition']}").raise_for_status().json()
    answers = random_answers(definition, ticket["topics"], Random(7))
    while True:
        reply = client.post("/api/v1/responses", json={"ticket": ticket["ticket"], "answers": answers})
        if reply.status_code != 503:
            break
        time.sleep(0.1)
    assert reply.status_code in (200, 201), reply.text


def counted(client: httpx.Client, expected: int, within_s: float = 5) -> bool:
    """Whether the unit's count becomes `expected` in time, and never exceeds it."""
    deadline = time.monotonic() + within_s
    while (collected := client.get("/api/v1/counts").raise_for_status().json()["unit"]["collected"]) != expected:
        assert collected < expected, "counted twice"
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def is_up(base_url: str) -> bool:
    """Whether the system answers."""
    try:
        return httpx.get(f"{base_url}/api/v1/health", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def test_it_says_where_its_doors_are(running_system: RunningSystem) -> None:
    """One line per door, taken from `demo.json`, which is private; every part runs."""
    demo = running_system.demo
    unit = demo["units"][0]

    said = running_system.log.read_text("utf-8")

    assert demo["base_url"] == running_system.base_url
    doors = [line for line in said.splitlines() if line][:4]  # what was refused meanwhile is listed after them
    assert unit["links"][0]["url"] in doors[0]
    assert unit["key"] in doors[1]
    assert demo["secretariat_key"] in doors[2]
    assert str(running_system.data_dir / "mailbox") in doors[3]
    assert (running_system.data_dir / "demo.json").stat().st_mode & 0o777 == 0o600
    assert set(running_system.processes()) == CHILDREN
    assert is_up(running_system.base_url)


def test_a_second_run_on_the_same_folder_is_refused(running_system: RunningSystem) -> None:
    """Another port doesn't help; the sentence says who holds the folder."""
    environment = os.environ | {"DATA_DIR": str(running_system.data_dir), "PORT": str(free_port())}

    argv = [sys.executable, "-m", "infra.local"]
    refused = subprocess.run(argv, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=20, check=False)

    assert refused.returncode == 1
    assert refused.stderr.startswith(f"DATA_DIR={running_system.data_dir} is in use by another run")
    assert f"process {running_system.runner}" in refused.stderr


def test_two_runs_live_side_by_side(running_system: RunningSystem, system: RunningSystem) -> None:
    """With their own ports and folders they share nothing."""
    assert is_up(running_system.base_url)
    assert is_up(system.base_url)
    assert running_system.demo["secretariat_key"] != system.demo["secretariat_key"]


def test_every_response_is_counted_once_whatever_is_killed(system: RunningSystem) -> None:
    """`kill -9` of each child, one after the other, loses nothing, doubles nothing, and is mended by itself."""
    unit = system.demo["units"][5]
    with system.client(unit["key"]) as client:
        respond(client, unit["links"][0])
        assert counted(client, 1)

    for sent, name in enumerate(("web", "pump", "tick", "smtp", "trimmer", "engine"), start=2):
        before = system.processes()
        os.kill(before[name], signal.SIGKILL)
        while system.processes()[name] == before[name] or not is_up(system.base_url):
            time.sleep(0.02)
        with system.client(unit["key"]) as client:
            respond(client, unit["links"][0])
            assert counted(client, sent, within_s=10), f"after killing {name}"


def test_a_killed_worker_is_replaced(system: RunningSystem) -> None:
    """Its siblings go on answering, and a new one is forked."""
    web = system.processes()["web"]
    children = Path(f"/proc/{web}/task/{web}/children")
    while len(before := set(children.read_text().split())) < 2:  # it may have been started anew just now
        time.sleep(0.02)

    os.kill(int(min(before)), signal.SIGKILL)

    assert all(is_up(system.base_url) for _ in range(20))
    while len(set(children.read_text().split()) - {min(before)}) < 2:
        time.sleep(0.02)
    assert len(before) == 2


def test_state_survives_a_kill_of_everything(system: RunningSystem) -> None:
    """After `kill -9` of the runner and a restart, keys, links and counts are what they were, and counting goes on."""
    demo, unit = system.demo, system.demo["units"][7]
    with system.client(unit["key"]) as client:
        respond(client, unit["links"][0])

    system.kill_everything()
    system.restart()

    assert system.demo == demo
    with system.client(unit["key"]) as client:
        assert counted(client, 1)
        respond(client, unit["links"][0])
        assert counted(client, 2)


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_end_it_ends_with_zero_and_leaves_nobody(system: RunningSystem, by: signal.Signals) -> None:
    """Ctrl-C and SIGTERM end the whole system within seconds; the next start finds everything free."""
    system.restart()
    began = time.monotonic()

    code = system.stop(by)

    assert code == 0
    assert time.monotonic() - began < 8
    with (system.data_dir / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    assert not is_up(system.base_url)


def test_another_engine_is_used_where_one_is_given(engine: str, tmp_path: Path) -> None:
    """With `DYNAMODB_ENDPOINT` no engine is started and none is trimmed, and everything else is the same."""
    with RunningSystem(tmp_path / "data", DYNAMODB_ENDPOINT=engine, TABLE_PREFIX="elsewhere-") as system:
        unit = system.demo["units"][0]

        with system.client(unit["key"]) as client:
            respond(client, unit["links"][0])
            assert counted(client, 1)

        assert set(system.processes()) == CHILDREN - {"engine", "trimmer"}
        assert not (system.data_dir / "engine.db").exists()


def test_when_make_dies_the_system_dies_with_it(tmp_path: Path) -> None:
    """The runner hangs on the life of who started it from a recipe, and takes its children along."""
    environment = os.environ | {"MAKELEVEL": "1", "DATA_DIR": str(tmp_path), "PORT": str(free_port())}
    environment.pop("DYNAMODB_ENDPOINT")
    make = subprocess.Popen(
        ["/bin/sh", "-c", f"{sys.executable} -m infra.local; :"], cwd=ROOT, env=environment, stdout=subprocess.PIPE
    )
    assert make.stdout is not None
    assert make.stdout.readline()

    make.kill()
    make.wait()

    with (tmp_path / "lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # granted when the last child is gone
