"""Which limit is reached first as the load grows, and the setting that moves it. Pure."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.kernel.ttl_cache import CONFIG_TTL_S
from infra.drills.costs.assumptions import Assumptions
from infra.drills.costs.usage import Load, busy_ms, rates

MOST_TIMES = 1e6
_CONFIG_UNITS = 1.0
"""A consistent read of the campaign's row, of up to 4 KB."""
INVOCATIONS_PER_EXECUTION = 10.0
"""Per second: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html"""


@dataclass(frozen=True)
class Strain:
    """A limit, and how much of it is needed at each multiple of the mean."""

    name: str
    what: str
    setting: str
    limit: float
    needed: list[float]
    reached_at: float
    """The multiple of the mean at which all of it is needed; at most `MOST_TIMES`."""


Demand = Callable[[Load, Assumptions], float]


def strains(load: Load, given: Assumptions, multiples: list[float]) -> list[Strain]:
    """All limits, the one that is reached first at the top."""
    found = []
    for name, limit in given.limits.items():
        needed = [DEMANDS[name](load.times(multiple), given) for multiple in multiples]
        breaking = _first_over(lambda m, name=name: DEMANDS[name](load.times(m), given), limit.value)  # type: ignore[misc]
        found.append(Strain(name, limit.what, limit.setting, limit.value, needed, breaking))
    return sorted(found, key=lambda strain: strain.reached_at)


def _first_over(needed: Callable[[float], float], limit: float) -> float:
    """The least multiple at which `needed`, which only grows, reaches the limit; by halving."""
    low, high = 0.0, MOST_TIMES
    if needed(high) < limit:
        return high
    while high - low > 1e-3 * high:
        middle = (low + high) / 2
        low, high = (low, middle) if needed(middle) >= limit else (middle, high)
    return high


def _respondents_at_once(load: Load, given: Assumptions) -> float:
    return busy_ms(rates(load, given), given)["respondents"] / 1000


def _respondents_per_s(load: Load, given: Assumptions) -> float:
    at = rates(load, given)
    return at.pages + at.files + at.tickets + at.responses


def _respondents(load: Load, given: Assumptions) -> float:
    """Executions of the netizens' function that a rush has to bring up: a tenth of its invocations/s at least."""
    return max(_respondents_at_once(load, given), _respondents_per_s(load, given) / INVOCATIONS_PER_EXECUTION)


def _fold_share(load: Load, given: Assumptions) -> float:
    return busy_ms(rates(load, given), given)["fold"] / 1000 / given.load["shards"].value


DEMANDS: dict[str, Demand] = {
    "gateway_per_s": lambda load, given: rates(load, given).requests,
    "stage_rate": lambda load, given: rates(load, given).requests,
    "respondents_at_once": _respondents_at_once,
    "respondents_per_s": _respondents_per_s,
    "lambda_growth": _respondents,
    "response_writes": lambda load, given: load.responses_per_s * given.each["response_write_units"].value,
    "partition_writes": lambda load, given: rates(load, given).folds * given.each["tally_write_units"].value,
    "partition_reads": lambda load, given: _respondents(load, given) / CONFIG_TTL_S * _CONFIG_UNITS,
    "fold_share": _fold_share,
    "stream_records": lambda load, given: load.responses_per_s / given.load["shards"].value,
}
