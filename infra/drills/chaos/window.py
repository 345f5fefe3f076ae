"""Moving the campaign's close, as the secretariat does."""

import json
import time
from datetime import UTC, datetime, timedelta
from random import Random

from infra.drills.chaos.client import Client, Reply, Unanswered
from infra.drills.chaos.receipts import instant

_LEAD_S = 10.0
"""The contract's: a close lies at least so far ahead."""
_TIMEOUT_S = 2.0
_LONGEST_DELAY_S = 25.0
"""A request that got no answer may still be done so much later, by a worker that was paused with it in hand."""


class Window:
    """The campaign's window, by the secretariat's key."""

    def __init__(self, base_url: str, key: str, campaign: str, rng: Random) -> None:
        self._client = Client(base_url, {"X-Api-Key": key})
        self._path = f"/api/v1/campaigns/{campaign}"
        self._rng = rng
        self._unanswered = float("-inf")

    @property
    def is_settled(self) -> bool:
        """Whether no earlier move can come after all, and undo a later one."""
        return time.monotonic() > self._unanswered + _LONGEST_DELAY_S

    def move_far_off(self) -> bool:
        """To some day of the next week; whether that was accepted."""
        return self._put(datetime.now(UTC) + timedelta(hours=self._rng.uniform(12, 150)))

    def close_soon(self) -> float | None:
        """As early as may be, give or take; returns when that is, in seconds since the epoch, once it was accepted."""
        at = datetime.now(UTC) + timedelta(seconds=_LEAD_S + self._rng.uniform(1.2, 3.0))
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        return at.timestamp() if self._put(at) else None

    def closes_at(self) -> float | None:
        """When it closes, as the system says now; None where it can't say."""
        reply = self._ask("GET")
        return instant(reply.json["closes_at"]).timestamp() if reply and reply.status == 200 else None

    def _put(self, closes_at: datetime) -> bool:
        body = json.dumps({"closes_at": closes_at.isoformat(timespec="milliseconds")}).encode()
        reply = self._ask("PUT", body)
        if reply is None or reply.status != 200:
            self._unanswered = time.monotonic()
            return False
        return True

    def _ask(self, method: str, body: bytes | None = None) -> Reply | None:
        try:
            return self._client.ask(method, self._path, body, timeout_s=_TIMEOUT_S)
        except Unanswered:
            return None
