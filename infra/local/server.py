"""The web server: gunicorn with threads, on a listening socket that the runner holds.

Threads wait for the engine, hence more of them than cores. The application is loaded before the workers are
forked: one that is killed is replaced within milliseconds. No access log: no addresses are kept.
"""

import signal
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from infra.local.worker import THREADS, Worker


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
