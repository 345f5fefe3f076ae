"""Files in a folder of this machine."""

import filecmp
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.gateways.files import Lasting

_CHUNK = 1 << 20


class Folder:
    """Files by name under a folder; see `kernel.gateways.files` for what is promised."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    @contextmanager
    def writing(self, name: str, *, lasting: bool = False) -> Iterator[BinaryIO]:
        """A file beside its final place, synced and renamed at the end."""
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            with fresh.open("wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            if not (lasting and path.exists()):
                fresh.replace(path)
            elif not filecmp.cmp(fresh, path, shallow=False):
                raise Lasting(name)
        finally:
            fresh.unlink(missing_ok=True)

    def chunks(self, name: str) -> Iterator[bytes]:
        """A megabyte at a time."""
        try:
            file = self._path(name).open("rb")
        except (FileNotFoundError, IsADirectoryError):
            raise NotFound("no_file", name=name) from None
        with file:
            while chunk := file.read(_CHUNK):
                yield chunk

    def part(self, name: str, start: int, length: int) -> bytes:
        """A read at a place."""
        try:
            with self._path(name).open("rb") as file:
                file.seek(start)
                return file.read(length)
        except FileNotFoundError:
            raise NotFound("no_file", name=name) from None

    def exists(self, name: str) -> bool:
        """Whether the file is there, whole."""
        return self._path(name).is_file()

    def remove(self, prefix: str) -> None:
        """The files directly under a folder, and the folder."""
        folder = self._path(prefix)
        for path in folder.glob("*") if folder.is_dir() else ():
            path.unlink()
        if folder.is_dir():
            folder.rmdir()

    def elsewhere(self, name: str, most: int, lasts_s: int) -> None:
        """Nowhere but through the application."""

    def _path(self, name: str) -> Path:
        path = (self._root / name).resolve()
        if not path.is_relative_to(self._root) or path == self._root:
            raise NotFound("no_file", name=name)
        return path
