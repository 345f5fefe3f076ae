"""Recounting and sealing a large table: `python -m bench.recount [RESPONSES]`.

Prints what a recount of that many stored responses costs: memory at the peak (MB), read units, and, for orientation on
this machine alone, seconds; then the same for the way from close to seal, by step.
"""

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from infra.local import engine
from infra.local.ports import free_port


def main(how_many: int) -> None:
    """Builds the table, and measures."""
    with tempfile.TemporaryDirectory() as scratch:
        folder, port = Path(scratch), free_port()
        os.environ |= {
            "DYNAMODB_ENDPOINT": engine.endpoint(port),
            "FILES_DIR": f"{scratch}/exports",
            "SETTLE_S": "0",
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
        }
        from bench.stored import build
        from chalicelib.clock import now_ms
        from chalicelib.domain.campaign import Campaign

        now = now_ms()
        campaign = Campaign(id="bench", title="bench", opens_at=now - 9 * 86_400_000, closes_at=now + 86_400_000)
        _say("building", lambda: build(folder, campaign, how_many))
        with engine.running(folder / "engine.db", port):
            if os.fork() == 0:  # memory is measured in a process that has built nothing
                _measure(campaign, how_many)
                os._exit(0)
            os.wait()


def _measure(campaign: Any, how_many: int) -> None:
    from bench.stored import add_units
    from chalicelib.clock import now_ms
    from chalicelib.store import base, campaigns
    from chalicelib.usecases import close_collection, recount

    add_units(campaign)
    units = _count_read_units(base.patient_client())
    name = recount.request_recount(campaign.id, now_ms(), "bench")
    _say("recount", lambda: recount.run(f"recount#{name}"))
    assert recount.read_recount(name)["rows"] == how_many
    print(f"recount: {sum(units):,.0f} read units")
    campaigns.change(campaign.id, lambda c: c.model_copy(update={"closes_at": now_ms()}))
    real = close_collection._run_step
    close_collection._run_step = lambda lease: _say(lease.job.step, lambda: real(lease))  # type: ignore[assignment]
    _say("close to seal", lambda: close_collection.close_collection(campaign.id))
    sealed = campaigns.read(campaign.id)
    assert sealed.seal is not None


def _count_read_units(client: Any) -> list[float]:
    spent: list[float] = []

    def ask(params: dict[str, Any], **_: Any) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    client.meta.events.register("before-parameter-build.dynamodb.Scan", ask)
    client.meta.events.register(
        "after-call.dynamodb.Scan", lambda parsed, **_: spent.append(parsed["ConsumedCapacity"]["CapacityUnits"])
    )
    return spent


def _say(what: str, work: Callable[[], Any]) -> None:
    began, cpu = time.monotonic(), time.process_time()
    work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    took, used = time.monotonic() - began, time.process_time() - cpu
    print(f"{what}: {took:.1f} s, {used:.1f} s of CPU here, {peak} MB at the peak", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
