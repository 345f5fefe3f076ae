"""What `make run` reads, and how it says what is wrong before anything is started."""

import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from infra.local import ROOT
from infra.local.datadir import hold, prepare
from infra.local.failure import StartFailed
from infra.local.options import read_options
from infra.local.ports import free_port, lan_address


def test_the_defaults_are_the_contracts() -> None:
    """Nothing set: the local address, port 8000, `.data`, a worker per core."""
    options = read_options({"BASE_URL": "", "PORT": ""})

    assert (options.host, options.port, options.base_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert options.data_dir == Path.cwd() / ".data"
    assert options.workers == len(os.sched_getaffinity(0))
    assert (options.engine, options.settle_s) == (None, 60)


def test_for_phones_the_base_url_is_the_lan_address() -> None:
    """With HOST=0.0.0.0 links point to an address that others reach; this machine still asks itself."""
    options = read_options({"HOST": "0.0.0.0", "PORT": "8081"})

    assert options.base_url == f"http://{lan_address()}:8081"
    assert options.near_url == "http://127.0.0.1:8081"


def test_a_given_base_url_wins() -> None:
    """Behind a proxy the public address is somebody else's; a slash at its end is dropped."""
    options = read_options({"HOST": "0.0.0.0", "BASE_URL": "https://s.example/dev/"})

    assert options.base_url == "https://s.example/dev"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"), ("PORT", "0"), ("PORT", "65536"), ("WORKERS", "0"), ("WORKERS", "two"),
        ("SETTLE_S", "-1"), ("SETTLE_S", "nan"), ("BASE_URL", "s.example"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_named(name: str, value: str) -> None:
    """The sentence names the variable and what was found in it."""
    with pytest.raises(StartFailed, match=f"^{name}={value} is not "):
        read_options({name: value})


def test_a_folder_is_held_by_one_run_at_a_time(tmp_path: Path) -> None:
    """The second learns who holds it; once that one is gone, the folder is free."""
    prepare(tmp_path / "data")
    first = hold(tmp_path / "data")

    with pytest.raises(StartFailed, match=f"in use by another run \\(process {os.getpid()}\\)"):
        hold(tmp_path / "data")
    os.close(first)

    os.close(hold(tmp_path / "data"))


def run(environment: Mapping[str, str]) -> tuple[int, str]:
    """The exit code of the runner and what it said."""
    argv = [sys.executable, "-m", "infra.local"]
    finished = subprocess.run(
        argv, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=20, check=False
    )
    return finished.returncode, finished.stderr


def test_an_unwritable_folder_is_one_sentence(tmp_path: Path) -> None:
    """Where `DATA_DIR` can't be made, nothing starts, and no stack is shown."""
    (tmp_path / "file").touch()

    code, said = run({"DATA_DIR": str(tmp_path / "file" / "data"), "PORT": str(free_port())})

    assert code == 1
    assert said.startswith(f"DATA_DIR={tmp_path}/file/data can't be written (Not a directory)")
    assert said.count("\n") == 1


def test_a_port_in_use_is_one_sentence(tmp_path: Path) -> None:
    """The address that can't be had is named."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        code, said = run({"DATA_DIR": str(tmp_path / "data"), "PORT": str(port)})

    assert code == 1
    assert said.startswith(f"Can't listen on 127.0.0.1:{port} (Address already in use)")
    assert said.count("\n") == 1
