"""Calls `tick` every two seconds: EventBridge, at home.

python -m infra.local.ticker
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from chalice.local import LambdaContext

from app import tick
from chalicelib.kernel.lazy_imports import load_all
from chalicelib.kernel.settings import settings
from infra.local.events import Event, schedule_event

EVERY_S = 2.0
MOST_AT_ONCE = 3
"""On AWS a tick comes every minute, whether or not the last one has ended; so it does here, within bounds."""
_LOG = logging.getLogger(__name__)
_TIMEOUT_MS = 900_000


class Ticker:
    """Ticks side by side: an export of millions doesn't keep a collection from being closed."""

    def __init__(self, handler: Callable[[Event, Any], Any], region: str) -> None:
        self._handler, self._region = handler, region
        self._free = threading.BoundedSemaphore(MOST_AT_ONCE)

    def begin(self) -> None:
        """Begins a tick and doesn't wait for it; none where as many as may be are under way."""
        if self._free.acquire(blocking=False):
            threading.Thread(target=self._tick, daemon=True).start()

    def _tick(self) -> None:
        """One invocation. What it raises is logged, and left to the next."""
        context = LambdaContext("tick", 1024, max_runtime_ms=_TIMEOUT_MS)
        try:
            self._handler(schedule_event(datetime.now(UTC), self._region), context)
        except Exception:
            _LOG.exception("tick failed; the next one takes up what is due")
        finally:
            self._free.release()


def main() -> None:
    """Ticks for ever."""
    logging.basicConfig(format="tick: %(levelname)s %(message)s")
    load_all()
    ticker = Ticker(tick, settings().aws_region)
    while True:
        ticker.begin()
        time.sleep(EVERY_S)


if __name__ == "__main__":
    main()
