"""Formats of an export: each is a file of this folder that gives a `FORMAT`, and nothing else names it.

All are written from one scan (docs/adr/0005), so every export and every seal holds the same rows in each. They stand in
the order of their files' names; the first is the one that everybody can read.
"""

import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import cache
from importlib import import_module
from typing import BinaryIO, ClassVar

Row = Sequence[str]
"""The cells of one response, in the header's order."""
Add = Callable[[Iterable[Row]], None]


class Format(ABC):
    """A way to write rows down, one for each response. What it takes to do so is imported in its methods."""

    suffix: ClassVar[str]
    """Of the files, without the first dot: `csv.gz`. Not `json` or `lines`: a part has these of its own."""
    media_type: ClassVar[str]
    """One whose bytes `app.py` lets pass."""

    @property
    def name(self) -> str:
        """The file's name among those of an export."""
        return f"responses.{self.suffix}"

    @abstractmethod
    def writing(self, out: BinaryIO, header: Row) -> AbstractContextManager[Add]:
        """Writes a segment's part, batch by batch; it is complete where the block ends. Holds no more than a batch in
        memory; the same rows give the same bytes."""

    @abstractmethod
    def assemble(self, out: BinaryIO, header: Row, parts: Iterable[Iterable[bytes]]) -> None:
        """Makes the file of all parts, each given in chunks, in their order."""

    @abstractmethod
    def read(self, chunks: Iterable[bytes]) -> Iterator[list[str]]:
        """The rows of an assembled file, the header first."""


@cache
def formats() -> Sequence[Format]:
    """All formats; see above."""
    modules = (import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__))
    return [module.FORMAT for module in modules]
