"""What judging takes off the valid ones, as counters of a row that is set, never added to.

A row is worked out from all responses there are, so judging again repairs whatever went wrong before. `valid` is what
was accepted as valid less what the row holds; `collected` never changes (docs/adr/0044).
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from chalicelib.counting.domain.tally import VALID, Counted, increments


def taken_off(invalid: Iterable[Counted], *, national: bool) -> dict[str, int]:
    """The counters of a row: how many of those accepted as valid were found invalid, in all, by hour, by link or by
    residence and edition. `invalid`: these alone."""
    found = increments([record for record in invalid if record.valid], national=national)
    return {name: n for name, n in found.items() if _is_of_valid(name)}


def judged(tally: Mapping[str, int], verdicts: Mapping[str, int]) -> Counter[str]:
    """A summed tally with what was found invalid taken off. Never below 0: the table may be ahead of the counts."""
    whole = Counter(tally)
    for name, n in verdicts.items():
        whole[name] = max(0, whole[name] - n)
    return whole


def _is_of_valid(name: str) -> bool:
    return name == VALID or name[:1].isupper()
