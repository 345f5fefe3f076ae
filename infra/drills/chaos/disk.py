"""A disk for `DATA_DIR` that can be filled and freed at once.

As a tmpfs in a mount namespace of our own, which vanishes with the last of our processes, however they end. Where
neither root nor user namespaces are to be had, a file-size limit on the running processes stands in: whatever they
append then fails, or, where they don't expect it, ends them.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import ClassVar, Protocol

from infra.local import ROOT

_MARK = "CHAOS_OWN_NAMESPACE"
WAYS = (["unshare", "--mount"], ["unshare", "--user", "--map-root-user", "--mount"])
"""To a mount namespace of one's own: root's, and anybody's where the system lets everybody have one."""
_ROOM = 256 << 20
_ROOM_PER_RESPONSE = 12 << 10
_LEFT = 64 << 10
"""What a full disk has left, in bytes: the kernel rounds."""


class Disk(Protocol):
    """What a fault needs of a disk."""

    kind: ClassVar[str]
    """What it is, for the person who watches."""

    @property
    def path(self) -> Path:
        """Where it is."""

    def fill(self) -> None:
        """Lets nothing more be written."""

    def free(self) -> None:
        """Lets it be written again."""

    def remove(self) -> None:
        """Takes it away, with all that is on it."""


def enter_own_namespace() -> None:
    """Starts this program again in a mount namespace of its own, where that is possible; else returns."""
    if _MARK in os.environ or sys.platform != "linux":
        return
    for way in WAYS:
        if can_mount(way):
            search = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
            environment = os.environ | {_MARK: "1", "PYTHONPATH": search}
            os.execvpe(way[0], [*way, sys.executable, "-m", "infra.drills.chaos"], environment)  # noqa: S606 - no shell is wanted


def can_mount(way: list[str]) -> bool:
    """Whether a tmpfs can be mounted that way, here and by this user."""
    with tempfile.TemporaryDirectory() as folder, suppress(OSError):
        mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", folder]
        return subprocess.run([*way, *mount], stderr=subprocess.DEVNULL, check=False).returncode == 0
    return False


def make_disk(scratch: Path, responses: int, processes: Callable[[], Iterable[int]]) -> Disk:
    """A disk under `scratch` with room for so many responses; `processes` says whom a file-size limit is for."""
    path = scratch / "data"
    path.mkdir()
    if _MARK in os.environ:
        return SmallDisk(path, _ROOM + responses * _ROOM_PER_RESPONSE)
    return FileLimit(path, processes)


class SmallDisk:
    """A tmpfs of `size` bytes. It is full when it is made smaller, which takes no time and no memory."""

    kind: ClassVar[str] = "a small disk"

    def __init__(self, path: Path, size: int) -> None:
        self.path = path
        self._size = size
        self._mount(f"size={size},mode=700")

    def fill(self) -> None:
        """Raises `subprocess.CalledProcessError` where the kernel refuses."""
        found = os.statvfs(self.path)
        self._mount(f"remount,size={(found.f_blocks - found.f_bfree) * found.f_frsize + _LEFT}")

    def free(self) -> None:
        """Gives it its size again."""
        self._mount(f"remount,size={self._size}")

    def remove(self) -> None:
        """Unmounts it, even where somebody still looks at it."""
        subprocess.run(["umount", "--lazy", str(self.path)], check=True)

    def _mount(self, options: str) -> None:
        # All is said each time: left to itself, mount repeats options that a user namespace may not set.
        subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", str(self.path)], check=True)


class FileLimit:
    """No file of the processes may grow beyond a few bytes."""

    kind: ClassVar[str] = "a file-size limit, since no disk can be mounted here"

    def __init__(self, path: Path, processes: Callable[[], Iterable[int]]) -> None:
        self.path = path
        self._processes = processes

    def fill(self) -> None:
        """Sets the limit; those that are started meanwhile inherit it."""
        self._limit(1)

    def free(self) -> None:
        """Lifts it."""
        self._limit(resource.RLIM_INFINITY)

    def remove(self) -> None:
        """A folder like others."""
        shutil.rmtree(self.path)

    def _limit(self, size: int) -> None:
        # Twice, since one may be started while the first round is under way.
        for pid in chain(self._processes(), self._processes()):
            with suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
