"""Links that stand out as a whole. Nothing is taken off for it: a person looks."""

from math import sqrt

FEWEST = 30
"""Responses of a link below which nothing is said of it."""
_SPREADS = 1.96
"""Of a normal law, for 95 of 100."""
_TIMES = 3.0
_LEAST = 0.1


def interval(odd: int, of: int) -> tuple[float, float]:
    """Between which shares the true one lies in 95 of 100 cases (Wilson 1927)."""
    if not of:
        return 0.0, 1.0
    share, z = odd / of, _SPREADS
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)


def is_suspected(odd: int, of: int, nation: float) -> bool:
    """Whether surely more of a link's responses are odd than three times the nation's share, and than a tenth."""
    return of >= FEWEST and interval(odd, of)[0] > max(_LEAST, _TIMES * nation)
