"""The roll (计票名册): one line for each response. Anybody counts a unit's lines; who holds a receipt finds its own.

It reveals no answer, instant or link.
"""

import gzip
import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from typing import Any

from chalicelib.collection.response import Response
from chalicelib.kernel.gateways import files
from chalicelib.sealing.merkle import MerkleRoot

NAME = "roll.gz"
_COMPRESSION = 1
"""Hashes can't be pressed: only the units' codes and the hexadecimal digits are, and that at once."""
_EVERY = 4_096


def line_of(response: Response) -> bytes:
    """`<unit> <leaf>`, without its newline."""
    valid = "true" if response.valid else "false"
    told = f"minsheng-roll-1\0{response.receipt}\0{response.unit}\0{response.edition}\0{valid}"
    return f"{response.unit} {sha256(told.encode()).hexdigest()}".encode()


def part_name(part: str) -> str:
    """Where the lines of a segment's part lie, sorted."""
    return f"{part}.roll"


def write_lines(part: str, lines: Iterable[bytes]) -> None:
    """Keeps the lines of a segment."""
    with files.writing(part_name(part)) as out:
        out.writelines(line + b"\n" for line in sorted(lines))


def assemble(folder: str, parts: Sequence[str], going_on: Callable[[], None]) -> dict[str, Any]:
    """Writes the roll of all parts, and gives what the manifest says of it and of its file. The same parts give the
    same bytes."""
    tree = MerkleRoot()
    path = f"{folder}/{NAME}"
    with (
        files.writing(path, lasting=True) as out,
        gzip.GzipFile(filename="", fileobj=out, mode="wb", compresslevel=_COMPRESSION, mtime=0) as zipped,
    ):
        for line in heapq.merge(*(_lines(part) for part in parts)):
            tree.add(line)
            zipped.write(line + b"\n")
            if tree.leaves % _EVERY == 0:
                going_on()
    stored = files.describe(path, going_on)
    return {
        "name": NAME,
        "sha256": stored.sha256,
        "bytes": stored.bytes,
        "lines": tree.leaves,
        "root": tree.root().hex(),
    }


def _lines(part: str) -> Iterator[bytes]:
    rest = b""
    for chunk in files.chunks(part_name(part)):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
