"""Which place in the roll each member of the seal has: met in the roll's order, wanted in that of their ids.

Some ten thousand at a time are sorted by id and laid down as a file, a run; runs are then merged.
"""

import heapq
from collections.abc import Callable, Iterator

from chalicelib.collection import members
from chalicelib.kernel.gateways import files

RUN = 65_536
"""Members of a run, 6 MB in memory. Of three million there are 46 runs."""
_AT_ONCE = 2_048


class Runs:
    """Takes the members in the roll's order, and lays them down under a folder; the same give the same runs."""

    def __init__(self, folder: str) -> None:
        self.count = 0
        self._folder = folder
        self._held = list[bytes]()

    def add(self, response_id: str, place: int, *, valid: bool) -> None:
        """Takes the next one."""
        self._held.append(members.record(members.raw_id(response_id), place, valid=valid))
        if len(self._held) == RUN:
            self.finish()

    def finish(self) -> None:
        """Lays down what is held."""
        if self._held:
            files.put(_name(self._folder, self.count), b"".join(sorted(self._held)))
            self.count += 1
            self._held = []


def merged(folder: str, runs: int, going_on: Callable[[], None]) -> Iterator[bytes]:
    """The records of all runs, by id; some kilobytes of each in memory."""
    return heapq.merge(*(_records(_name(folder, number), going_on) for number in range(runs)))


def _records(name: str, going_on: Callable[[], None]) -> Iterator[bytes]:
    start, most = 0, members.RECORD * _AT_ONCE
    while held := files.part(name, start, most):
        going_on()
        yield from (held[i : i + members.RECORD] for i in range(0, len(held), members.RECORD))
        start += len(held)
        if len(held) < most:
            return


def _name(folder: str, number: int) -> str:
    return f"{folder}/places-{number:04d}"
