"""Where exported files land: a folder, or a bucket where there is one. Names are paths with `/`, relative to it."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from typing import TYPE_CHECKING, BinaryIO

from chalicelib.kernel.settings import settings

if TYPE_CHECKING:
    from chalicelib.kernel.gateways.bucket import Bucket
    from chalicelib.kernel.gateways.folder import Folder

SCRATCH = "parts"


@dataclass(frozen=True, slots=True)
class Stored:
    """A file as it landed."""

    name: str
    sha256: str
    bytes: int


class Lasting(Exception):
    """A file that lasts is there already, and with other content; it stays as it is."""


@cache
def _place() -> "Bucket | Folder":
    """The one that the settings name; each is loaded only where it is."""
    if settings().files_bucket:
        from chalicelib.kernel.gateways.bucket import Bucket  # noqa: PLC0415 - loads S3's client

        return Bucket(settings().files_bucket or "")
    from chalicelib.kernel.gateways.folder import Folder  # noqa: PLC0415 - as its sibling

    return Folder(settings().files_dir)


def writing(name: str, *, lasting: bool = False) -> AbstractContextManager[BinaryIO]:
    """A file to write into; it appears under `name`, whole and durable, when the block ends without an error.

    One that is `lasting` is never replaced: written again with the same content, it stays; with other content, the end
    of the block raises `Lasting`.
    """
    return _place().writing(name, lasting=lasting)


def put(name: str, content: bytes, *, lasting: bool = False) -> None:
    """Stores a small file. Raises as `writing` does."""
    with writing(name, lasting=lasting) as file:
        file.write(content)


def part(name: str, start: int, length: int) -> bytes:
    """So many bytes of a file from a place on, fewer at its end. One request. Raises `NotFound`."""
    return _place().part(name, start, length)


def scratch(name: str) -> str:
    """The folder for what is made on the way to something, and is of no use afterwards."""
    return f"{SCRATCH}/{name}"


@contextmanager
def workplace(name: str) -> Iterator[Path]:
    """An empty folder on this machine, for programs that work on files by path; removed at the end.

    What a kill leaves goes at the next start under the same name; a run that was overtaken finds its folder gone.
    """
    root = Path(gettempdir()) if settings().files_bucket else settings().files_dir.resolve()
    place = root / scratch(name)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    try:
        yield Path(mkdtemp(dir=place))
    finally:
        shutil.rmtree(place, ignore_errors=True)


def read(name: str) -> bytes:
    """A whole file. Raises `NotFound`."""
    return b"".join(chunks(name))


def chunks(name: str) -> Iterator[bytes]:
    """A file, a megabyte at a time. Raises `NotFound`."""
    return _place().chunks(name)


def describe(name: str, going_on: Callable[[], None] = lambda: None) -> Stored:
    """A file's SHA-256 (hex) and size; calls `going_on` with every megabyte. Raises `NotFound`."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks(name):
        digest.update(chunk)
        size += len(chunk)
        going_on()
    return Stored(name, digest.hexdigest(), size)


def exists(name: str) -> bool:
    """Whether there is such a file."""
    return _place().exists(name)


def remove(prefix: str) -> None:
    """Removes the files directly under a folder, and the folder; nothing where there is none."""
    _place().remove(prefix)


def elsewhere(name: str, most: int, lasts_s: int) -> str | None:
    """An address to fetch a file from that is larger than `most` bytes, good for `lasts_s`; none where it is smaller,
    or can be had from us alone. Raises `NotFound`."""
    return _place().elsewhere(name, most, lasts_s)
