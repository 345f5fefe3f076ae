"""Where exported files land: a folder. Names are paths with `/`, relative to it."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from chalicelib.domain.errors import NotFound
from chalicelib.settings import settings

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Stored:
    """A file as it landed."""

    name: str
    sha256: str
    bytes: int


@contextmanager
def writing(name: str) -> Iterator[BinaryIO]:
    """A file to write into; it appears under `name`, whole and durable, when the block ends without an error."""
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with fresh.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def put(name: str, content: bytes) -> None:
    """Stores a small file."""
    with writing(name) as file:
        file.write(content)


def read(name: str) -> bytes:
    """A whole file. Raises `NotFound`."""
    try:
        return _path(name).read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        raise NotFound(f"there is no file {name!r}") from None


def chunks(name: str) -> Iterator[bytes]:
    """A file, a megabyte at a time."""
    with _path(name).open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def describe(name: str) -> Stored:
    """A file's SHA-256 (hex) and size."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks(name):
        digest.update(chunk)
        size += len(chunk)
    return Stored(name, digest.hexdigest(), size)


def remove(prefix: str) -> None:
    """Removes the files directly under a folder, and the folder; nothing where there is none."""
    folder = _path(prefix)
    for path in folder.glob("*") if folder.is_dir() else ():
        path.unlink()
    if folder.is_dir():
        folder.rmdir()


def _path(name: str) -> Path:
    root = settings().files_dir.resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root) or path == root:
        raise NotFound(f"there is no file {name!r}")
    return path
