"""Making the roll (计票名册): one line for each response. Anybody counts a unit's lines; who holds a receipt finds its
own. It reveals no answer, instant or link.
"""

import gzip
import heapq
from collections.abc import Callable, Sequence
from typing import Any

from chalicelib.kernel.gateways import files
from chalicelib.sealing.roll import tree
from chalicelib.sealing.roll.lines import parsed, read_records
from chalicelib.sealing.roll.places import Runs

NAME = "roll.gz"
_COMPRESSION = 1
"""Hashes can't be pressed: only the units' codes and the hexadecimal digits are, and that at once."""
_EVERY = 4_096


def assemble(folder: str, scratch: str, parts: Sequence[str], going_on: Callable[[], None]) -> dict[str, Any]:
    """Writes the roll of all parts and its tree under `folder`, and the runs of its places under `scratch`; gives what
    the manifest says of it and of both files, and the number of `runs`. The same parts give the same bytes."""
    path, beside, runs = f"{folder}/{NAME}", f"{folder}/{tree.NAME}", Runs(scratch)
    with (
        files.writing(path, lasting=True) as out,
        gzip.GzipFile(filename="", fileobj=out, mode="wb", compresslevel=_COMPRESSION, mtime=0) as zipped,
        files.writing(beside, lasting=True) as hashes,
    ):
        writer = tree.TreeWriter(hashes)
        for record in map(parsed, heapq.merge(*map(read_records, parts))):
            runs.add(record.id, writer.leaves, valid=record.valid)
            writer.add(record.line)
            zipped.write(record.line + b"\n")
            if writer.leaves % _EVERY == 0:
                going_on()
        root = writer.finish()
    runs.finish()
    told = {"lines": writer.leaves, "root": root.hex(), "runs": runs.count}
    return _described(path, NAME, going_on) | told | {"tree": _described(beside, tree.NAME, going_on)}


def _described(path: str, name: str, going_on: Callable[[], None]) -> dict[str, Any]:
    stored = files.describe(path, going_on)
    return {"name": name, "sha256": stored.sha256, "bytes": stored.bytes}
