"""How many records the fold takes in a CPU second, its writes aside."""

import logging
import time
from itertools import count, islice
from statistics import median

from bench import counts, scene
from bench.figures import Figure
from chalicelib.counting.store import tallies
from chalicelib.counting.usecases.fold_counts import Folding
from infra.drills.events import stream_event, stream_record

BATCH = 3_000
ROUNDS = 15


def measure() -> list[Figure]:
    """The rate over batches as large as Lambda delivers them, over 135 units."""
    logging.disable()
    tallies.add = lambda *_: None  # the writes are botocore's, see the part `hot_path`
    now, sequence, folding = 1_627_952_400_000, count(1), Folding()
    items = counts.items("bench-2026", now)
    rates = []
    for _ in range(ROUNDS):
        event = stream_event([stream_record(item, next(sequence)) for item in islice(items, BATCH)])
        began = time.process_time()
        folding.fold(event)
        rates.append(BATCH / (time.process_time() - began))
    peers = f"{78_000:,} row-wise, {135_000:,} column-wise"
    return [Figure(f"records a CPU second, {scene.UNITS} units", median(rates), "/s", at_least=60_000, peers=peers)]
