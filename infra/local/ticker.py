"""Calls `tick` every two seconds, one call at a time: EventBridge, at home.

python -m infra.local.ticker
"""

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from chalice.local import LambdaContext

from app import tick
from chalicelib.settings import settings
from infra.local.events import Event, schedule_event

EVERY_S = 2.0
_LOG = logging.getLogger(__name__)
_TIMEOUT_MS = 900_000


def tick_once(handler: Callable[[Event, Any], Any], region: str) -> None:
    """One invocation. What it raises is logged, and left to the next."""
    try:
        handler(schedule_event(datetime.now(UTC), region), LambdaContext("tick", 1024, max_runtime_ms=_TIMEOUT_MS))
    except Exception:
        _LOG.exception("tick failed; the next one takes up what is due")


def main() -> None:
    """Ticks for ever; a slow tick delays the next and never overlaps it."""
    logging.basicConfig(format="tick: %(levelname)s %(message)s")
    while True:
        began = time.monotonic()
        tick_once(tick, settings().aws_region)
        time.sleep(max(0.0, began + EVERY_S - time.monotonic()))


if __name__ == "__main__":
    main()
