"""Weights that bring a self-selected sample to the population's margins by raking, and the intervals of means.

Raking (iterative proportional fitting: Deming, Stephan 1940) on cells of people who are alike in all margins, with
weights trimmed to `most` times the mean and no less than its inverse. Kish's design effect tells what the weights
cost. The interval is linearised with links as clusters, since those who answer by the same link are alike; it covers
repetition only, never that a sample chose itself.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

ROUNDS = 200
CLOSE = 1e-7
NORMAL_95 = 1.959964
MIN_CLUSTERS = 2

Kind: TypeAlias = tuple[str, ...]
"""What people of a cell are, by margin: province, sex, age, place."""
Margin: TypeAlias = Mapping[str, float]
"""The population's shares by value; they needn't add up to 1."""


class Weights(NamedTuple):
    """What raking gives."""

    by_kind: dict[Kind, float]
    """The mean over all people is 1."""
    rounds: int
    off: float
    """The largest relative difference to a margin that is left: what trimming costs."""
    design_effect: float
    """Kish's: by how much the weights multiply a mean's variance."""


class Cluster(NamedTuple):
    """What a link's people say: sums of weights, and of weight times value."""

    weight: float
    value: float


def raked(people: Mapping[Kind, int], margins: Sequence[Margin], most: float) -> Weights:
    """Weights for kinds of people, one margin for each place of a kind.

    `people` has only kinds with somebody in them and values that the margins know; a value that nobody has is left
    out of its margin. Raises ValueError for nobody, or a value without a positive share.
    """
    targets = [_targets(people, place, margin) for place, margin in enumerate(margins)]
    weights = dict.fromkeys(people, 1.0)
    rounds, off = 0, math.inf
    while off > CLOSE and rounds < ROUNDS:
        for place, target in enumerate(targets):
            sums = _sums(people, weights, place)
            weights = {kind: weight * target[kind[place]] / sums[kind[place]] for kind, weight in weights.items()}
        weights = _trimmed(people, weights, most)
        off = max(_off(people, weights, place, target) for place, target in enumerate(targets))
        rounds += 1
    return Weights(weights, rounds, off, _design_effect(people, weights))


def interval(clusters: Iterable[Cluster]) -> tuple[float, float] | None:
    """The 95 % interval of the weighted mean; None with fewer than two clusters, or no weight."""
    found = [cluster for cluster in clusters if cluster.weight]
    weight = sum(cluster.weight for cluster in found)
    if len(found) < MIN_CLUSTERS:
        return None
    mean = sum(cluster.value for cluster in found) / weight
    squares = sum((cluster.value - mean * cluster.weight) ** 2 for cluster in found)
    half = NORMAL_95 * math.sqrt(squares * len(found) / (len(found) - 1)) / weight
    return mean - half, mean + half


def _targets(people: Mapping[Kind, int], place: int, margin: Margin) -> dict[str, float]:
    """How many people there should be of each value that somebody has."""
    values = {kind[place] for kind in people}
    shares = {value: margin.get(value, 0.0) for value in sorted(values)}
    if not shares or min(shares.values()) <= 0:
        raise ValueError(f"nobody, or a value without a share: {shares}")
    number, whole = sum(people.values()), sum(shares.values())
    return {value: number * share / whole for value, share in shares.items()}


def _sums(people: Mapping[Kind, int], weights: Mapping[Kind, float], place: int) -> dict[str, float]:
    sums: dict[str, float] = {}
    for kind, weight in weights.items():
        sums[kind[place]] = sums.get(kind[place], 0.0) + weight * people[kind]
    return sums


def _trimmed(people: Mapping[Kind, int], weights: Mapping[Kind, float], most: float) -> dict[Kind, float]:
    """Within 1/`most` and `most`; then the mean is 1 again, so that a weight may pass a limit by that ratio."""
    within = {kind: min(max(weight, 1 / most), most) for kind, weight in weights.items()}
    mean = sum(weight * people[kind] for kind, weight in within.items()) / sum(people.values())
    return {kind: weight / mean for kind, weight in within.items()}


def _off(people: Mapping[Kind, int], weights: Mapping[Kind, float], place: int, target: Mapping[str, float]) -> float:
    return max(abs(total / target[value] - 1) for value, total in _sums(people, weights, place).items())


def _design_effect(people: Mapping[Kind, int], weights: Mapping[Kind, float]) -> float:
    """n Σw² / (Σw)², where Σw = n."""
    return sum(weight * weight * people[kind] for kind, weight in weights.items()) / sum(people.values())
