"""The web server: gunicorn with threads, on a listening socket that the runner holds.

Threads wait for the engine, hence more of them than cores. The application is loaded before the workers are
forked: one that is killed is replaced within milliseconds. No access log: no addresses are kept.
"""

import os
import signal
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.http.errors import (
    InvalidResponseHeader,
    InvalidResponseHeaderName,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
)
from gunicorn.util import write_nonblock
from gunicorn.workers.gthread import TConn, ThreadWorker

from infra.local.processes import die_with_parent
from infra.local.replies import problem, raw

THREADS = 16
_POLITENESS = 5
"""Where the machine is overloaded, respondents wait a little rather than the fold: counts have five seconds."""
_STALL_S = 15.0
"""A client that sends or takes nothing for so long is given up, so that it doesn't keep a thread."""


class Worker(ThreadWorker):  # type: ignore[misc]
    """A worker that says problems, forgets addresses, and gives up on stalled clients."""

    def init_process(self) -> None:
        os.nice(_POLITENESS)
        die_with_parent(self.ppid)
        super().init_process()

    def init_signals(self) -> None:
        super().init_signals()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all of us; the runner decides

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


class Server(BaseApplication):  # type: ignore[misc]
    """gunicorn in front of a WSGI `application`, set up by this module alone.

    `listener` is the file descriptor of a listening socket, `workers` a number of processes.
    """

    def __init__(self, application: Callable[..., Any], listener: int, workers: int) -> None:
        self._application = application
        self._settings = {
            "bind": f"fd://{listener}",
            "workers": workers,
            "worker_class": Worker,
            "threads": THREADS,
            "preload_app": True,
            "keepalive": 15,
            "timeout": 90,  # longer than any pause of a rehearsal: a paused worker is no dead one
            "graceful_timeout": 2,
            "loglevel": "warning",
            "control_socket_disable": True,
            "when_ready": _leave_ctrl_c,
        }
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self._application


def _leave_ctrl_c(_arbiter: Arbiter) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
