"""The application over HTTP, on the tests' own engine: in this process tests see what it stores."""

import socket
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local import ROOT
from infra.local.processes import Program, module, start


@contextmanager
def serving(root: Path = ROOT) -> Iterator[str]:
    """`app.py` behind gunicorn for as long as the block lasts, of the repository at `root`; gives its base URL."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        argv = ["env", "-C", str(root), *module("web", str(listener.fileno()), "1")]
        process = start(Program("web", argv, {"BASE_URL": base_url}, [listener.fileno()]))
        try:
            _wait_for(base_url)
            yield base_url
        finally:
            process.terminate()
            process.wait()


def _wait_for(base_url: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(f"{base_url}/api/v1/health", timeout=5).close()
        except OSError:
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.02)
        else:
            return
