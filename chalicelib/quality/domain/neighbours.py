"""Contamination of a link: what its other responses say, those near in time most. It adds, up to a cap."""

from collections.abc import Sequence
from math import exp, log

from chalicelib.quality.domain.rules import Rules


def contamination(odds: Sequence[float], base: float, rules: Rules) -> list[float]:
    """Nats to add for each response of one link, in the order of arrival; never below 0.

    `odds`: what each says of itself, in nats; `base`: the nation's share of odd ones.
    """
    shares = [1 / (1 + exp(-max(-30.0, min(30.0, one)))) for one in odds]
    keep = exp(-1 / rules.link_memory)
    before, after = _faded(shares, keep), _faded(shares[::-1], keep)[::-1]
    found = []
    for (left, near), (right, far) in zip(before, after, strict=True):
        share = (rules.link_weight * base + left + right) / (rules.link_weight + near + far)
        found.append(min(rules.link_cap, max(0.0, _logit(share) - _logit(base))))
    return found


def _faded(shares: Sequence[float], keep: float) -> list[tuple[float, float]]:
    """For each, the sum of those before it and of their weights."""
    total = weight = 0.0
    found = []
    for share in shares:
        found.append((total, weight))
        total, weight = keep * (total + share), keep * (weight + 1)
    return found


def _logit(share: float) -> float:
    return log(share / (1 - share))
