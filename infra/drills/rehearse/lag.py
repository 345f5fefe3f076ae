"""From a receipt to the count that includes it. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from math import ceil, inf

from infra.drills.rehearse.watch import Look

PROMISED_S = 5.0


def lags(received: Sequence[float], looks: Iterable[Look]) -> list[float]:
    """For each receipt, in order of its coming, the seconds until the observer first saw the nation's count include it.

    The count is taken for the number of receipts, so what is stored before its receipt is through makes a lag look
    shorter, by as many receipts as there are netizens at a time; the time between two looks makes it look longer.
    Infinite where it never was.
    """
    seen = sorted((look.answered, look.national_collected) for look in looks if not look.unit)
    found, at = [], 0
    for rank, instant in enumerate(sorted(received), start=1):
        while at < len(seen) and (seen[at][1] < rank or seen[at][0] < instant):
            at += 1
        found.append(seen[at][0] - instant if at < len(seen) else inf)
    return found


def broken_promises(received: Mapping[str, Sequence[float]], looks: Iterable[Look]) -> list[str]:
    """Where a unit was shown less than it held receipts for five seconds before, or less than once before."""
    instants = {unit: sorted(times) for unit, times in received.items()}
    shown: dict[str, int] = {}
    broken = []
    for look in sorted((look for look in looks if look.unit), key=lambda look: look.asked):
        due = bisect_right(instants.get(look.unit, []), look.asked - PROMISED_S)
        if look.unit_collected < due:
            broken.append(f"{look.unit} was shown {look.unit_collected}, {due} were due")
        if look.unit_collected < shown.get(look.unit, 0):
            broken.append(f"{look.unit} was shown {look.unit_collected}, and {shown[look.unit]} before")
        shown[look.unit] = max(look.unit_collected, shown.get(look.unit, 0))
    return broken


def percentile(values: Iterable[float], share: float) -> float:
    """The least value that `share` of them don't exceed (nearest rank); 0 of nothing."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else 0.0
