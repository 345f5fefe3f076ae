"""Files that are whole or absent, also after a `kill -9` or a loss of power."""

import os
from pathlib import Path


def write_durably(path: Path, content: bytes) -> None:
    """Puts `content` at `path` (mode 0600): written aside, synced to the disk, renamed, the rename synced.

    One process at a time may write one `path`. Raises `OSError` where the disk refuses; what lay at `path`
    before is then untouched.
    """
    aside = path.with_name(f".{path.name}.part")
    try:
        with open(aside, "wb", opener=_private) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
