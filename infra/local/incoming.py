"""Requests on their way in: each is read in the worker's event loop, and takes a thread only when it is here whole.

So a client that drips costs a little memory and no thread. One deadline holds for the whole head, one for the whole
request; and where too many are unfinished, of one address or in all, the *oldest* is ended, never a new one refused: a
school is one address, and its pupils' requests are finished in a moment.
"""

import re
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from infra.local.requests import limit_of

HEAD_S = 10.0
WHOLE_S = 30.0
"""From the first moment at which the server waits for a request; a body of 10 MB takes so long at 2.7 Mbit/s."""
MOST_OF_ADDRESS = 2_048
MOST_BYTES = 128 << 20
"""Held of all unfinished requests of a worker."""
_LONGEST_HEAD = 64 << 10
_LONGEST_LINE = 1 << 10
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;|$)")
"""Of a chunk, before what may be said of it."""
_AT_ONCE = 64 << 10
_END = b"\r\n\r\n"


@dataclass(eq=False)
class Incoming:
    """A request of which not all may be here; `at` is when the server began to wait for it (monotonic)."""

    sock: socket.socket
    address: str
    at: float
    held: bytearray = field(default_factory=bytearray)
    refused: bool = False
    """It isn't here whole and needn't come: whoever looks at it refuses it, and the connection is of no more use."""
    _due: int | None = None
    """How long the whole is, once its head says so; 0: it comes in chunks."""
    _most: int = 0
    """How long its body may be; a longer one is refused by its head, so nobody waits for it."""
    _body: int = 0
    _chunk: int = 0
    """Where the next chunk begins."""

    def read(self) -> bool:
        """Takes what has come; says whether the request is here whole, or won't get any further."""
        try:
            came = self.sock.recv(_AT_ONCE)
        except BlockingIOError:
            return False
        except OSError:
            return True
        self.held += came
        return not came or self.is_whole()

    def is_whole(self) -> bool:
        """Whether it is here whole, or as far as it takes to refuse it."""
        if self._due is None:
            end = self.held.find(_END, 0, _LONGEST_HEAD)
            if end < 0:
                return self._refuse_if(len(self.held) > _LONGEST_HEAD)
            self._due = self._length(end + len(_END))
        if self._due == 0:
            return self._has_all_chunks() or self._refuse_if(len(self.held) - self._body > 2 * self._most)
        return len(self.held) >= self._due

    def is_late(self, now: float) -> bool:
        """Whether its time is over."""
        return now - self.at > (HEAD_S if self._due is None else WHOLE_S)

    def _length(self, head: int) -> int:
        lines = bytes(self.held[:head]).lower().split(b"\r\n")
        said = {name.strip(): value.strip() for name, _, value in (line.partition(b":") for line in lines[1:])}
        length = said.get(b"content-length", b"0")
        chunked = b"transfer-encoding" in said
        self._most = limit_of(self.held[:head].decode("latin-1").partition(" ")[2])
        if not chunked and self._refuse_if(not length.isdigit() or int(length) > self._most):
            return head
        if said.get(b"expect") == b"100-continue" and len(self.held) == head:  # it sends its body when told to
            self.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        self._body = self._chunk = head
        return 0 if chunked else head + int(length)

    def _has_all_chunks(self) -> bool:
        while (end := self.held.find(b"\r\n", self._chunk, self._chunk + _LONGEST_LINE)) >= 0:
            size = _SIZE.match(self.held[self._chunk : end])
            if self._refuse_if(size is None):
                return True
            if size is None or int(size[1], 16) == 0:
                return self.held.find(_END, end) >= 0
            self._chunk = end + 2 + int(size[1], 16) + 2
        return self._refuse_if(len(self.held) - self._chunk > _LONGEST_LINE)

    def _refuse_if(self, wrong: bool) -> bool:
        self.refused |= wrong
        return wrong


class Unfinished:
    """All that a worker waits for, the oldest first."""

    def __init__(self) -> None:
        self._all: dict[Incoming, None] = {}
        self._of_address: dict[str, dict[Incoming, None]] = {}

    def add(self, one: Incoming) -> None:
        """Begins to wait for a request."""
        self._all[one] = None
        self._of_address.setdefault(one.address, {})[one] = None

    def remove(self, one: Incoming) -> None:
        """It is here, or given up."""
        del self._all[one]
        its = self._of_address[one.address]
        del its[one]
        if not its:
            del self._of_address[one.address]

    def surplus(self, address: str, most_in_all: int) -> Iterator[Incoming]:
        """The oldest of an address, and of all, while there are too many; each is to be ended."""
        while len(self._of_address.get(address, ())) > MOST_OF_ADDRESS:
            yield next(iter(self._of_address[address]))
        while len(self._all) > most_in_all:
            yield next(iter(self._all))

    def late(self) -> list[Incoming]:
        """Those whose time is over, and the oldest while too much is held of all."""
        now = time.monotonic()
        over = [one for one in self._all if one.is_late(now)]
        held = sum(len(one.held) for one in self._all)
        for one in self._all:
            if held <= MOST_BYTES:
                break
            if one not in over:
                over.append(one)
            held -= len(one.held)
        return over

    def __iter__(self) -> Iterator[Incoming]:
        return iter(list(self._all))
