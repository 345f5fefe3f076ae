"""What the proxy does to a request while a mischief of that kind is on.

The errors are DynamoDB's: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from infra.drills.chaos.plan import MISCHIEFS, STREAM_MISCHIEFS
from infra.drills.chaos.wire import Message, answer

_SPACE = "com.amazonaws.dynamodb.v20120810#"
_SHARES = (0.2, 0.5, 1.0)


def _error(status: bytes, name: str) -> bytes:
    return answer(status, json.dumps({"__type": _SPACE + name, "message": "on purpose"}).encode())


THROTTLED = _error(b"400 Bad Request", "ProvisionedThroughputExceededException")
_FAILED = _error(b"500 Internal Server Error", "InternalServerError")


@dataclass(frozen=True, slots=True)
class Treatment:
    """What happens to one request."""

    instead: bytes | None = None
    """Answered at once, and never passed on."""
    wait_s: float = 0.0
    """Held back for so long: before it is passed on, or, with `late`, after it was done."""
    late: bool = False
    afterwards: bytes | None = None
    """Passed on and done, then this is answered; empty: the connection is cut without a word."""


UNTOUCHED = Treatment()


class Mischief:
    """The kinds that are on, and how often each has struck. `rng` decides which requests it strikes."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._on: dict[str, float] = {}
        self.struck: Counter[str] = Counter()

    def turn(self, kind: str, *, on: bool) -> None:
        """Switches a kind on, for a random share of requests, or off."""
        self._on.pop(kind, None)
        if on:
            self._on[kind] = self._rng.choice(_SHARES)

    def treat(self, request: Message) -> tuple[Message, Treatment]:
        """The request as it is to be passed on, and what happens to it."""
        reading = b".GetRecords" in (request.header(b"x-amz-target") or b"")
        kind = self._strikes(STREAM_MISCHIEFS) if reading else None
        kind = kind or self._strikes(MISCHIEFS)
        if kind is None:
            return request, UNTOUCHED
        self.struck[kind] += 1
        if kind == "stream-cut":
            return self._cut(request), UNTOUCHED
        return request, self._treatment(kind)

    def _strikes(self, kinds: Iterable[str]) -> str | None:
        for kind in kinds:
            if kind in self._on and self._rng.random() < self._on[kind]:
                return kind
        return None

    def _cut(self, request: Message) -> Message:
        """The same read with fewer records, so that batches are cut elsewhere."""
        asked = json.loads(request.body)
        return request.with_body(json.dumps(asked | {"Limit": self._rng.randint(1, 25)}).encode())

    def _treatment(self, kind: str) -> Treatment:
        match kind:
            case "throttling":
                return Treatment(instead=THROTTLED)
            case "errors":
                return Treatment(instead=_FAILED)
            case "errors-after-write":
                return Treatment(afterwards=_FAILED)
            case "drops-after-write":
                return Treatment(afterwards=b"")
            case "slow-answers":
                return Treatment(wait_s=self._rng.uniform(0.5, 4.0), late=True)
            case "stream-delay":
                return Treatment(wait_s=self._rng.uniform(0.5, 3.0))
        raise ValueError(kind)
