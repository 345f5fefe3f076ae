"""What the page tells of a visit: seconds on each section, and how often an answer was changed.

It is a claim: what is odd in it is ignored, never refused. Packed it is one byte for each section, logarithmic (a step
is 4 %; 0: not shown), and one for the changes, in base64: 16 bytes at 11 sections.
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from math import log2

_STEPS = 16
"""To a doubling."""
_LEAST_S = 0.1
_TOLERANCE_S = 5.0
"""A page's clock and ours differ, and a ticket comes a moment after the first answer."""
_LONGEST = 200


def pack(claimed: object, sections: int, took_ms: int) -> str:
    """The claim as it is stored; empty where it isn't one: not a number for each of so many sections, or more seconds
    than passed since the ticket."""
    if not isinstance(claimed, dict):
        return ""
    dwell, edits = claimed.get("dwell"), claimed.get("edits", 0)
    if not isinstance(dwell, list) or not len(dwell) == sections <= _LONGEST or not _are_seconds(dwell):
        return ""
    if sum(dwell) > took_ms / 1000 + _TOLERANCE_S:
        return ""
    changed = min(255, edits) if type(edits) is int and edits > 0 else 0
    return b64encode(bytes([*map(_byte, dwell), changed])).decode().rstrip("=")


def seconds(packed: str) -> tuple[float, ...]:
    """Of each section in order, 0 where it wasn't shown; empty where nothing was told."""
    return tuple(map(_of_byte, _bytes(packed)[:-1]))


def changes(packed: str) -> int:
    """How often an answer was changed, at most 255; 0 where nothing was told."""
    return _bytes(packed)[-1] if packed else 0


def _bytes(packed: str) -> bytes:
    return b64decode(packed + "=" * (-len(packed) % 4))


def _are_seconds(dwell: Sequence[object]) -> bool:
    numbers = [one for one in dwell if isinstance(one, int | float) and not isinstance(one, bool)]
    return len(numbers) == len(dwell) and all(0 <= one <= 10**6 for one in numbers)


def _byte(spent: float) -> int:
    return min(255, 1 + round(_STEPS * log2(spent / _LEAST_S))) if spent >= _LEAST_S else 0


def _of_byte(byte: int) -> float:
    return _LEAST_S * float(2 ** ((byte - 1) / _STEPS)) if byte else 0.0
