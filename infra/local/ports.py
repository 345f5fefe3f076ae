"""Addresses and ports of this machine."""

import socket
from contextlib import closing
from random import SystemRandom

from infra.local.failure import StartFailed

_CANDIDATES = range(20_000, 32_000)
"""Below the range from which Linux takes client ports: a client that calls a port while its server is being
restarted could otherwise be given that very port, and be connected to itself."""


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on.

    The system draws it: processes that share a seed of `random` would all try the same ones.
    """
    for port in SystemRandom().sample(_CANDIDATES, 200):
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0 and _can_bind(port):
                return port
    raise StartFailed("No free port was found on 127.0.0.1.")


def _can_bind(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def listen(host: str, port: int) -> socket.socket:
    """A listening socket, inheritable, for the web processes.

    The runner holds it, so that a client that calls while they are restarted waits and isn't refused. Raises
    `StartFailed` where the address can't be used.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        reason = error.strerror or error
        raise StartFailed(f"Can't listen on {host}:{port} ({reason}): set HOST or PORT to a free one.") from error
    listener.listen(2048)
    listener.set_inheritable(True)
    return listener


def lan_address() -> str:
    """The address of this machine on the local network; 127.0.0.1 where there is no network."""
    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: it only asks which interface would be taken
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
