"""Those who watch: every unit asks for its counts now and then, and one observer all the time.

    python -m infra.drills.rehearse.watch

The first line on stdin is JSON: `{base_url, units: {code: key}, poll_every_s}`. Each answer is a line of JSON
on stdout, a `Look`. The end of stdin, or any further line, ends it. Knows the system by HTTP alone.
"""

import json
import sys
import threading
import time
from dataclasses import asdict, dataclass
from typing import Any

from infra.drills.chaos.client import Client, Unanswered

_THREADS = 6
_OBSERVE_EVERY_S = 0.2
_TIMEOUT_S = 10.0


@dataclass(frozen=True, slots=True)
class Look:
    """What was shown; instants in seconds since the epoch."""

    unit: str
    """Who looked; empty for the observer."""
    asked: float
    answered: float
    unit_collected: int
    national_collected: int


class Desk:
    """A unit's script: it sends its `ETag` along, and takes 304 for *as before*."""

    def __init__(self, base_url: str, unit: str, key: str) -> None:
        self._unit = unit
        self._client = Client(base_url, {"X-Api-Key": key})
        self._shown = (0, 0)

    def look(self) -> Look | None:
        """Asks; none where no answer came."""
        asked = time.time()
        try:
            reply = self._client.ask_again("GET", "/api/v1/counts", timeout_s=_TIMEOUT_S)
        except Unanswered:
            return None
        if reply.status == 200:
            body = reply.json
            self._shown = (body["unit"]["collected"], body["national"]["collected"])
            self._client.headers["If-None-Match"] = reply.headers.get("etag", "")
        return Look(self._unit, asked, time.time(), *self._shown) if reply.status in {200, 304} else None


def watch(desks: list[Desk], every_s: float, stop: threading.Event) -> None:
    """Lets each of `desks` look every `every_s`, spread evenly, until `stop`."""
    turn, began = 0, time.monotonic()
    while not stop.wait(max(0.0, began + turn * every_s / len(desks) - time.monotonic())):
        if seen := desks[turn % len(desks)].look():
            sys.stdout.write(json.dumps(asdict(seen)) + "\n")
            sys.stdout.flush()
        turn += 1


def main() -> None:
    """Watches until stdin ends it."""
    orders: dict[str, Any] = json.loads(sys.stdin.readline())
    stop = threading.Event()
    units = list(orders["units"].items())
    desks = [Desk(orders["base_url"], unit, key) for unit, key in units]
    groups = [(desks[number::_THREADS], orders["poll_every_s"]) for number in range(_THREADS)]
    groups.append(([Desk(orders["base_url"], "", units[0][1])], _OBSERVE_EVERY_S))
    threads = [threading.Thread(target=watch, args=(group, every, stop), daemon=True) for group, every in groups]
    for thread in threads:
        thread.start()
    sys.stdin.readline()
    stop.set()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
