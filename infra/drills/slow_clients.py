"""Clients that never finish what they ask: each holds a connection and sends a line of its head now and then.

with dripping("http://127.0.0.1:8000", 300): ...
"""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from urllib.parse import urlsplit

_EVERY_S = 1.0
_BEGINNING = b"GET / HTTP/1.1\r\nHost: slow\r\n"
_LINE = b"X-Slow: 1\r\n"


class SlowClients:
    """So many of them; whoever is thrown out comes back."""

    def __init__(self, base_url: str, count: int) -> None:
        place = urlsplit(base_url)
        self._address, self._count = (place.hostname or "", place.port or 80), count
        self._open: list[socket.socket] = []
        self._over, self._all_there = Event(), Event()
        self._thread = Thread(target=self._run, daemon=True)

    def begin(self) -> None:
        """Returns when all are connected."""
        self._thread.start()
        self._all_there.wait()

    def end(self) -> None:
        """They leave."""
        self._over.set()
        self._thread.join()
        for one in self._open:
            one.close()

    def _run(self) -> None:
        while not self._over.is_set():
            self._come()
            self._all_there.set()
            began = time.monotonic()
            self._open = [one for one in self._open if self._drips(one)]
            self._over.wait(max(0.0, began + _EVERY_S - time.monotonic()))

    def _come(self) -> None:
        for _ in range(self._count - len(self._open)):
            with suppress(OSError):
                one = socket.create_connection(self._address, timeout=2)
                one.sendall(_BEGINNING)
                self._open.append(one)

    def _drips(self, one: socket.socket) -> bool:
        try:
            return one.send(_LINE) > 0
        except OSError:
            one.close()
            return False


@contextmanager
def dripping(base_url: str, count: int) -> Iterator[None]:
    """Slow clients for as long as the block lasts."""
    clients = SlowClients(base_url, count)
    clients.begin()
    try:
        yield
    finally:
        clients.end()
