"""Carries the stream of the responses table to `fold_counts`, at least once: what Lambda's event source does.

    python -m infra.local.pump DATA_DIR

Environment, beside the settings: `STREAM_GAPLESS=1` where the engine is the embedded one. For rehearsals
only, `PUMP_REDELIVER`, `PUMP_DELAY_MS` and `SEED` (see `Rehearsal`).
"""

import logging
import os
import sys
import time
from pathlib import Path
from random import Random

from botocore.exceptions import BotoCoreError, ClientError

from app import fold_counts
from chalicelib.kernel.settings import settings
from infra.local.checkpoint import Checkpoint, path_in
from infra.local.delivery import DeliveryFailed
from infra.local.shards import Pump, Rehearsal
from infra.local.stream import connect, stream_arn

_LOG = logging.getLogger(__name__)
_POLL_S = 0.1
_LONGEST_REST_S = 0.5
_LONGEST_PAUSE_S = 1.0


def run(pump: Pump, ready: Path) -> None:
    """Polls for ever; after a failure it pauses, longer each time, and goes on from the checkpoint.

    Once it has polled without a failure, the file `ready` is there.

    Between rounds it rests as long as the last one took, but at most half a second: under load batches grow, and a
    row of counts is written once per batch, so the fold leaves the engine to the respondents.
    """
    pause = _POLL_S
    while True:
        began = time.monotonic()
        try:
            pump.step()
            if not ready.exists():
                ready.touch()
            pause = min(max(_POLL_S, time.monotonic() - began), _LONGEST_REST_S)
        except (DeliveryFailed, BotoCoreError, ClientError) as failure:
            pause = min(2 * pause, _LONGEST_PAUSE_S)
            _LOG.warning("will try again in %.1f s: %s", pause, failure)
        time.sleep(pause)


def main() -> None:
    """Pumps the stream of the responses table into `app.fold_counts`."""
    logging.basicConfig(format="pump: %(levelname)s %(message)s")
    endpoint, region = settings().dynamodb_endpoint, settings().aws_region
    arn = stream_arn(endpoint, region, f"{settings().table_prefix}responses")
    rehearsal = Rehearsal(
        redeliver=float(os.environ.get("PUMP_REDELIVER") or 0),
        delay_ms=int(os.environ.get("PUMP_DELAY_MS") or 0),
        dice=Random(os.environ.get("SEED") or None),  # noqa: S311 - nothing secret
    )
    data_dir = Path(sys.argv[1])
    checkpoint = Checkpoint(path_in(data_dir), arn)
    gapless = os.environ.get("STREAM_GAPLESS") == "1"
    pump = Pump(connect(endpoint, region), arn, fold_counts, checkpoint, gapless=gapless, rehearsal=rehearsal)
    run(pump, data_dir / "pump.ready")


if __name__ == "__main__":
    main()
