"""CPU times that can be compared: each block of the work between two blocks of what it is compared with.

Other programs on the machine, and the processor's own speed, then change both alike. What is reported is the median of
the blocks' ratios.
"""

import gc
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Measured:
    """CPU of one call of the work in µs, and as a ratio to one call of the base."""

    us: float
    ratio: float


def paired(
    base: Callable[[Any], Any], work: Callable[[Any], Any], blocks: list[tuple[list[Any], list[Any]]]
) -> Measured:
    """Calls `base` and `work` with the arguments of each block in turn: a pair of lists, one for each."""
    _cpu_us(base, blocks[0][0]), _cpu_us(work, blocks[0][1])
    times = [(_cpu_us(base, for_base), _cpu_us(work, for_work)) for for_base, for_work in blocks[1:]]
    return Measured(median(work for _, work in times), median(work / base for base, work in times))


def blocks_of(
    of_base: Iterator[Any], of_work: Iterator[Any], blocks: int, calls: int
) -> list[tuple[list[Any], list[Any]]]:
    """Arguments for `paired`, made before any clock runs; the first block only warms up."""
    return [([next(of_base) for _ in range(calls)], [next(of_work) for _ in range(calls)]) for _ in range(blocks + 1)]


def _cpu_us(call: Callable[[Any], Any], arguments: list[Any]) -> float:
    gc.collect()
    began = time.process_time_ns()
    for argument in arguments:
        call(argument)
    return (time.process_time_ns() - began) / 1_000 / len(arguments)
