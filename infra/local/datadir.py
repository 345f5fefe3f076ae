"""The folder that holds a run's state: made ready, and held by one run at a time."""

import fcntl
import os
import time
from pathlib import Path

from infra.local.failure import StartFailed

DEMO, DEMO_PART = "demo.json", "demo.part"
"""The demonstration's keys and links; and the same before the demonstration is whole."""
_PATIENCE_S = 5.0


def prepare(data_dir: Path) -> None:
    """Makes the folder and its parts, for their owner only. Raises `StartFailed` where that can't be."""
    try:
        for part in (data_dir, data_dir / "exports/datasets", data_dir / "mailbox"):
            part.mkdir(mode=0o700, parents=True, exist_ok=True)
        datasets = data_dir / "datasets"
        if not datasets.exists():  # files have one root, and datasets their own place beside it
            datasets.symlink_to("exports/datasets")
        probe = data_dir / ".writable"
        probe.touch()
        probe.unlink()
    except OSError as error:
        reason = error.strerror or error
        raise StartFailed(
            f"DATA_DIR={data_dir} can't be written ({reason}): set DATA_DIR to a folder that can."
        ) from error


def hold(data_dir: Path) -> int:
    """Takes the folder's lock and returns its file descriptor, to be inherited by every child.

    So the lock lasts until the last of them is gone: after a `kill -9` of a run, the next one waits for its
    dying children. Raises `StartFailed` where a living run holds it.
    """
    handle = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + _PATIENCE_S
    while not _locked(handle):
        holder = os.pread(handle, 20, 0).decode()
        if _alive(holder) or time.monotonic() > deadline:
            raise StartFailed(
                f"DATA_DIR={data_dir} is in use by another run (process {holder}): end it, or set DATA_DIR."
            )
        time.sleep(0.02)
    os.ftruncate(handle, 0)
    os.pwrite(handle, str(os.getpid()).encode(), 0)
    return handle


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
