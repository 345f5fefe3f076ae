"""A folder that has lost a part, or got another's, says so, and doesn't start as if nothing had been there."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from infra.drills.running import RunningSystem
from infra.local import ROOT
from infra.local.ports import free_port


@pytest.fixture
def folder(running_system: RunningSystem, tmp_path: Path) -> Path:
    """A copy of a whole folder."""
    left_out = shutil.ignore_patterns("*.log", "lock")
    return shutil.copytree(running_system.data_dir, tmp_path / "data", ignore=left_out)


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Another folder, of the same day."""
    with RunningSystem(tmp_path_factory.mktemp("other") / "data") as system:
        system.stop()
        yield system.data_dir


def refused(folder: Path) -> str:
    """What is said where the folder is refused."""
    own = {"PORT": str(free_port()), "DATA_DIR": str(folder), "DYNAMODB_ENDPOINT": "", "TABLE_PREFIX": ""}
    argv = [sys.executable, "-m", "infra.local"]
    ended = subprocess.run(
        argv, cwd=ROOT, env=os.environ | own, capture_output=True, text=True, timeout=60, check=False
    )
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "set DATA_DIR to a new folder" in ended.stderr
    return ended.stderr


def remove(folder: Path, name: str) -> None:
    """With what the database keeps beside it."""
    for part in folder.glob(f"{name}*"):
        part.unlink()


@pytest.mark.parametrize(
    "lost",
    [("engine.db",), ("secrets.json",), ("demo.json",), ("engine.db", "demo.json"), ("secrets.json", "demo.json")],
    ids=" ".join,
)
def test_a_folder_that_lost_a_part_is_refused(folder: Path, lost: tuple[str, ...]) -> None:
    """With the way out, as often as it is tried; and nothing is made in the place of what is missing."""
    for name in lost:
        remove(folder, name)

    for said in (refused(folder), refused(folder)):
        assert all(name in said for name in lost)
    assert not any((folder / name).exists() for name in lost if name != "engine.db")


@pytest.mark.parametrize("foreign", ["engine.db", "secrets.json", "demo.json"])
def test_parts_of_two_folders_are_refused(folder: Path, other: Path, foreign: str) -> None:
    """Though both have a campaign of the same name, as all that begin on one day; neither is changed."""
    remove(folder, foreign)
    for part in other.glob(f"{foreign}*"):
        shutil.copy(part, folder)
    before = [(folder / name).read_bytes() for name in ("secrets.json", "demo.json")]

    assert "don't belong together" in refused(folder)

    assert before == [(folder / name).read_bytes() for name in ("secrets.json", "demo.json")]


def test_it_opens_at_another_port_and_in_a_terminal_without_utf_8(folder: Path) -> None:
    """What is printed, and what `demo.json` tells programs, are the addresses of this run."""
    old = json.loads((folder / "demo.json").read_text("utf-8"))

    with RunningSystem(folder, PYTHONUTF8="0", LC_ALL="C") as system:
        link = system.demo["units"][0]["links"][0]["url"]
        said = system.log.read_text("utf-8")
        assert httpx.get(link).status_code == 200

    assert old["base_url"] != system.demo["base_url"] == system.base_url
    assert link.startswith(system.base_url)
    assert old["base_url"] not in said
    assert "发起单位" in said
    assert old["data_id"] == system.demo["data_id"]


def test_who_has_the_keys_needs_no_demonstration(folder: Path) -> None:
    """The way out where only `demo.json` is lost: an empty one. Nothing new is loaded."""
    key = json.loads((folder / "demo.json").read_text("utf-8"))["secretariat_key"]
    (folder / "demo.json").write_bytes(b"")

    with RunningSystem(folder) as system, system.client(key) as office:
        assert len(office.get("/api/v1/units").raise_for_status().json()["units"]) >= 135  # others may have added some

    assert (folder / "demo.json").read_bytes() == b""


@pytest.mark.parametrize("gone", ["", "engine.db"], ids=["all", "engine.db"])
def test_what_is_removed_under_a_running_system_is_noticed(tmp_path: Path, gone: str) -> None:
    """Whoever asks for its health is told; a database that was removed would go on answering for a while."""
    with RunningSystem(tmp_path / "data") as system:
        before = httpx.get(f"{system.base_url}/api/v1/health").status_code
        (tmp_path / "data" / gone).rename(tmp_path / "elsewhere")

        after = httpx.get(f"{system.base_url}/api/v1/health")

        (tmp_path / "elsewhere").rename(tmp_path / "data" / gone)
    assert (before, after.status_code, after.json()["type"].rpartition("/")[2]) == (200, 503, "busy")
