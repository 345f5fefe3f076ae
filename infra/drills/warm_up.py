"""Warms a stage up before it opens: `make warm-up URL=… [AT_ONCE=50] [SECONDS=60]`.

As many requests as asked for are always under way, so the stage starts as many executions, each of which loads the
questionnaires. They stay for some minutes. Nothing is stored. The first figures are those of cold starts.
"""

import os
import sys
import threading
import time
from collections.abc import Mapping
from itertools import cycle

from infra.drills.chaos.client import Client, Unanswered
from infra.drills.chaos.options import OptionWrong, web_address, whole
from infra.drills.rehearse.lag import percentile

_PATHS = ("/api/v1/questionnaires/public", "/api/v1/questionnaires/practitioner", "/")
_TIMEOUT_S = 30.0
Took = tuple[float, float]
"""When a request began, in seconds since all did, and how long it took."""


class Warmth(threading.Thread):
    """One request after the other until `until` (monotonic)."""

    def __init__(self, url: str, began: float, until: float, first: int) -> None:
        super().__init__(daemon=True)
        self.took: list[Took] = []
        self.failed = 0
        self._client, self._began, self._until, self._first = Client(url), began, until, first

    def run(self) -> None:
        """Asks in turn for what loads the questionnaires."""
        paths = cycle(_PATHS[self._first % len(_PATHS) :] + _PATHS[: self._first % len(_PATHS)])
        while (now := time.monotonic()) < self._until:
            try:
                good = self._client.ask_again("GET", next(paths), timeout_s=_TIMEOUT_S).status == 200
            except Unanswered:
                good = False
            self.failed += not good
            self.took.append((now - self._began, time.monotonic() - now))


def main(environment: Mapping[str, str]) -> int:
    """Warms up, and says how it went; 1 where more than one answer of a hundred wasn't one."""
    try:
        url = web_address(environment, "URL")
        at_once, seconds = whole(environment, "AT_ONCE", 50, 1), whole(environment, "SECONDS", 60, 1)
    except OptionWrong as wrong:
        print(wrong)
        return 1
    began = time.monotonic()
    threads = [Warmth(url, began, began + seconds, number) for number in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = sorted(one for thread in threads for one in thread.took)
    failed = sum(thread.failed for thread in threads)
    print(f"{len(took):,} answers in {seconds} s, {failed} of them no good")
    for name, part in (("at first", took[:at_once]), ("at last", took[-at_once:])):
        times = " · ".join(f"{percentile((took for _, took in part), share):.2f}" for share in (0.5, 0.99, 1.0))
        print(f"{name:<10}{times} s: half of them, all but a hundredth, all")
    return 1 if failed * 100 > len(took) else 0


if __name__ == "__main__":
    sys.exit(main(os.environ))
