"""Repairing tallies from a recount while collection is open.

A scan of a table that is being written is no snapshot, but the hours that ended a while ago no longer change. Of these
a recount says what they *are*. A repair therefore sets an hour's figures, and reading replaces what the shards' rows
counted in it; it never adds. So when a shard that lagged catches up with that hour later, nothing is counted twice
(docs/adr/0004).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from chalicelib.counting.domain.tally import COLLECTED, VALID, hour_of

ENDED_MS = 30 * 60_000
"""An hour is compared once it has ended this long ago: writes are over within seconds, folding within minutes."""

APART_MS = 30 * 60_000
"""Two recounts must show the same difference this far apart before it is repaired: until then it may be a lag."""

_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Difference:
    """An hour of a unit in which tallies and recount differ; `(collected, valid)` each."""

    unit: str
    hour: str
    tallied: tuple[int, int]
    recounted: tuple[int, int]


def last_ended_hour(at_ms: int) -> str:
    """The latest hour that had ended `ENDED_MS` before `at_ms`."""
    return hour_of(at_ms - ENDED_MS - _HOUR_MS)


def differences(unit: str, tallied: Mapping[str, int], recounted: Mapping[str, int], until: str) -> list[Difference]:
    """The hours up to `until` in which the two differ, oldest first."""
    hours = sorted({name[2:] for tally in (tallied, recounted) for name in tally if name[:2] in {"h:", "H:"}})
    pairs = ((hour, _of(tallied, hour), _of(recounted, hour)) for hour in hours if hour <= until)
    return [Difference(unit, hour, one, other) for hour, one, other in pairs if one != other]


def confirmed(now: list[Difference], earlier: list[Difference]) -> list[Difference]:
    """Those that an earlier recount has shown just so."""
    return [difference for difference in now if difference in set(earlier)]


def attributes(difference: Difference) -> dict[str, int]:
    """How a repaired hour is written into the repair row."""
    collected, valid = difference.recounted
    return {f"h:{difference.hour}": collected, f"H:{difference.hour}": valid}


def repaired(tally: Mapping[str, int], repair: Mapping[str, int]) -> Counter[str]:
    """A summed tally with the repaired hours in the place of what was counted in them."""
    whole = Counter(tally)
    for name, figure in repair.items():
        whole[COLLECTED if name.startswith("h:") else VALID] += figure - whole[name]
        whole[name] = figure
    return whole


def _of(tally: Mapping[str, int], hour: str) -> tuple[int, int]:
    return tally.get(f"h:{hour}", 0), tally.get(f"H:{hour}", 0)
