"""A folder that has lost a part says so, and doesn't start as if nothing had been there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from infra.drills.running import RunningSystem
from infra.local import ROOT
from infra.local.ports import free_port


@pytest.mark.parametrize("lost", ["engine.db", "secrets.json"])
def test_a_folder_without_its_database_or_keys_is_refused(
    running_system: RunningSystem, tmp_path: Path, lost: str
) -> None:
    """With the way out; and nothing is made in the place of what is missing."""
    folder = shutil.copytree(running_system.data_dir, tmp_path / "data", ignore=shutil.ignore_patterns("*.log", "lock"))
    for part in folder.glob(f"{lost}*"):
        part.unlink()

    started = subprocess.run(
        [sys.executable, "-m", "infra.local"],
        cwd=ROOT, env=os.environ | {"PORT": str(free_port()), "DATA_DIR": str(folder), "DYNAMODB_ENDPOINT": ""},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert started.returncode == 1
    assert lost in started.stderr + started.stdout
    assert "set DATA_DIR to a new folder" in started.stderr + started.stdout
    assert lost == "engine.db" or not (folder / lost).exists()


def test_a_folder_that_is_removed_under_a_running_system_is_noticed(tmp_path: Path) -> None:
    """Whoever asks for its health is told; a database that was removed would go on answering for a while."""
    with RunningSystem(tmp_path / "data") as system:
        before = httpx.get(f"{system.base_url}/api/v1/health").status_code
        (tmp_path / "data").rename(tmp_path / "elsewhere")

        after = httpx.get(f"{system.base_url}/api/v1/health")

        (tmp_path / "elsewhere").rename(tmp_path / "data")
    assert (before, after.status_code, after.json()["type"].rpartition("/")[2]) == (200, 503, "busy")
