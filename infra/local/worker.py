"""A worker of the web server. Requests are read in its event loop (`incoming.py`); a thread is taken by those that are
here whole, and given back as soon as they are answered.

It overrides how gunicorn's threaded worker accepts, waits and lets go; `tests/integration/test_slow_clients.py` and
`test_rush.py` fail where an upgrade changes that.
"""

import errno
import os
import resource
import secrets
import selectors
import signal
import socket
import time
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

from gunicorn.http import wsgi
from gunicorn.http.errors import (
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
)
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import TConn, ThreadWorker

from infra.local.incoming import Incoming, Unfinished
from infra.local.processes import die_with_parent
from infra.local.replies import problem, raw

THREADS = 16
_POLITENESS = 5
"""Where the machine is overloaded, respondents wait a little rather than the fold: counts have five seconds."""
_STALL_S = 15.0
"""A client that takes nothing of its answer for so long is given up, so that it doesn't keep a thread."""
_LOOK_EVERY_S = 1.0
_LINGER_S = 2.0
_THROWN_AWAY = 64 << 10
_MOST_WAITING = 256
"""Requests of a worker that wait for a thread; more are told at once to come again."""
_MOST_DESCRIPTORS = 16_384
_SPARE = 256
"""Descriptors for all but clients: the engine's connections, files, pipes."""
_NOT_NOW = {errno.EAGAIN, errno.ECONNABORTED, errno.EWOULDBLOCK, errno.EMFILE}


class Nameless(wsgi.Response):  # type: ignore[misc]
    """gunicorn's answer without its name: nobody needs to know what to look up weaknesses of."""

    def default_headers(self) -> list[str]:
        return [line for line in super().default_headers() if not line.startswith("Server:")]


class Worker(ThreadWorker):  # type: ignore[misc]
    """A worker that says problems, forgets addresses, and gives no thread to a request that isn't here."""

    def init_process(self) -> None:
        os.nice(_POLITENESS)
        die_with_parent(self.ppid)
        self.worker_connections = _raise_descriptors() - _SPARE
        self.max_keepalived = self.worker_connections - THREADS
        wsgi.Response = Nameless
        self._unfinished = Unfinished()
        self._connections: dict[Incoming, TConn] = {}
        self._leaving: dict[TConn, float] = {}
        self._looked_at = 0.0
        super().init_process()

    def accept(self, listener: socket.socket) -> None:
        """A new connection: waits for its request."""
        try:
            sock, address = listener.accept()
        except OSError as error:
            if error.errno not in _NOT_NOW:
                raise
            return
        self.nr_conns += 1
        self._wait_for(TConn(self.cfg, sock, address, listener.getsockname()))

    def on_client_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """The next request of a connection that was kept."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._on_readable(self._wait_for(conn))

    def finish_request(self, conn: TConn, fs: "Future[Any]") -> None:
        """Where the connection ends here, lets it go without waiting: gunicorn would wait for the client to leave, up
        to two seconds each, in the event loop."""
        if fs.cancelled() or fs.exception() or fs.result():
            super().finish_request(conn, fs)
        else:
            self._let_go(conn)

    def _let_go(self, conn: TConn) -> None:
        """What the client still sends is thrown away for a moment; else the end of its answer could be lost."""
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            return self._close(conn)
        conn.sock.setblocking(False)
        self._leaving[conn] = time.monotonic() + _LINGER_S
        self.poller.register(conn.sock, selectors.EVENT_READ, lambda _: self._throw_away(conn))
        return None

    def _throw_away(self, conn: TConn) -> None:
        try:
            if conn.sock.recv(_THROWN_AWAY):
                return
        except BlockingIOError:
            return
        except OSError:
            pass
        self._left(conn)

    def _left(self, conn: TConn) -> None:
        del self._leaving[conn]
        self.poller.unregister(conn.sock)
        self._close(conn)

    def murder_pending(self) -> None:
        """Ends what is late; gunicorn asks with each event, and there may be thousands to look at."""
        now = time.monotonic()
        if now - self._looked_at < _LOOK_EVERY_S:
            return
        self._looked_at = now
        for one in self._unfinished.late():
            self._end(one)
        for conn in [conn for conn, until in self._leaving.items() if until < now]:
            self._left(conn)

    def murder_keepalived(self, force: bool = False) -> None:
        super().murder_keepalived(force=force)
        for one in self._unfinished if force else ():
            self._end(one)

    def _wait_for(self, conn: TConn) -> Incoming:
        conn.sock.setblocking(False)
        one = Incoming(conn.sock, str(conn.client[0]), time.monotonic())
        self._unfinished.add(one)
        self._connections[one] = conn
        self.poller.register(conn.sock, selectors.EVENT_READ, lambda _: self._on_readable(one))
        for surplus in self._unfinished.surplus(one.address, self.worker_connections * 3 // 4):
            self._end(surplus)
        return one

    def _on_readable(self, one: Incoming) -> None:
        if not one.read():
            return
        conn = self._forget(one)
        if not one.held:
            self._close(conn)
        elif self.tpool._work_queue.qsize() >= _MOST_WAITING:
            self._refuse(conn)
        else:
            conn.data_ready, conn.held, conn.is_whole = True, bytes(one.held), not one.refused
            self.enqueue_req(conn)

    def _refuse(self, conn: TConn) -> None:
        """More than can be answered in a second or two: said before any work is done. Trying again is safe."""
        later = str(secrets.randbelow(4) + 2)
        reply = problem(503, "More requests than can be answered just now; please try again.", [("Retry-After", later)])
        with suppress(OSError):
            write_nonblock(conn.sock, raw(reply))
        self._close(conn)

    def _end(self, one: Incoming) -> None:
        self._close(self._forget(one))

    def _forget(self, one: Incoming) -> TConn:
        self._unfinished.remove(one)
        conn = self._connections.pop(one)
        self.poller.unregister(conn.sock)
        return conn

    def _close(self, conn: TConn) -> None:
        self.nr_conns -= 1
        conn.close()

    def handle(self, conn: TConn) -> Any:
        """Gives the parser what was read, and goes on as gunicorn does."""
        conn.sock.setblocking(True)
        conn.sock.settimeout(_STALL_S)
        if held := getattr(conn, "held", b""):
            conn.init()
            conn.sock.settimeout(_STALL_S)
            conn.parser.unreader.unread(held)
            conn.held = b""
        return super().handle(conn)

    def init_signals(self) -> None:
        super().init_signals()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all of us; the runner decides

    def _keepalive_after(self, conn: TConn, keepalive: Any) -> bool:
        """What would have to be waited for is left unread, and the connection with it."""
        return conn.is_whole and bool(super()._keepalive_after(conn, keepalive))

    def handle_request(self, req: Any, conn: TConn) -> Any:
        conn.sock.settimeout(_STALL_S)
        return super().handle_request(req, conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:  # noqa: ARG002
        """What gunicorn itself refuses, as a problem document and without a word about the address."""
        ours = isinstance(exc, (InvalidResponseHeader, InvalidResponseHeaderName))
        if isinstance(exc, ParseException) and not ours:
            if req is not None:
                return  # it was answered; what broke is the rest of a body that nobody wanted
            status = {LimitRequestLine: 414, LimitRequestHeaders: 431}.get(type(exc), 400)
            reply = problem(status, f"This is not a request of HTTP/1.1: {type(exc).__name__}.")
        else:
            self.log.error("error handling a request", exc_info=exc)
            reply = problem(500, "An internal error occurred; it is safe to try again.")
        try:
            write_nonblock(client, raw(reply))
        except OSError:
            self.log.debug("the client left before its refusal")


def _raise_descriptors() -> int:
    """Raises this process's limit of open files as far as it may; gives what it is then."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_DESCRIPTORS if hard == resource.RLIM_INFINITY else min(hard, _MOST_DESCRIPTORS)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return wanted
