"""How far the load has come, by what it has written down."""

import time
from collections import deque
from pathlib import Path

_RATE_OVER_S = 5.0


class Progress:
    """Counts receipts as they are written, against `responses`, or against time where the machine is slow."""

    def __init__(self, receipts: Path, responses: int, longest_s: float) -> None:
        self.acknowledged = 0
        self._file = receipts.open("rb")
        self._responses = responses
        self._longest_s = longest_s
        self._began = time.monotonic()
        self._seen = deque([(self._began, 0)])

    def look(self) -> float:
        """The share of the way to the close that is done; 1 or more: it is time to close."""
        self.acknowledged += self._file.read().count(b"\n")
        now = time.monotonic()
        self._seen.append((now, self.acknowledged))
        while self._seen[0][0] < now - _RATE_OVER_S:
            self._seen.popleft()
        return max(self.acknowledged / self._responses, (now - self._began) / self._longest_s)

    @property
    def rate(self) -> float:
        """Receipts per second, lately."""
        (then, few), (now, many) = self._seen[0], self._seen[-1]
        return (many - few) / (now - then) if now - then > 1 else 0.0
