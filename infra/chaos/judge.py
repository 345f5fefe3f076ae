"""The judge: a process that knows the system by HTTP and its sealed export alone, and imports nothing of it.

    python -m infra.chaos.judge

The first line on stdin is JSON: `{base_url, key, campaign, units: {code: key}, settle_s, receipts}`. It watches the
tallies from then on; says `sealed` on stdout when they are; and after any further line on stdin, once no client has
anything more to say, compares, says its `Verdict` as a line of JSON, and ends.
"""

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from infra.chaos.evidence import Evidence, NotToBeHad, Witness, read_counts, read_export
from infra.chaos.receipts import instant, read_receipts
from infra.chaos.verdict import judge

_LOOK_EVERY_S = 0.25
_CLOSE = "recount.difference"


class Watch:
    """The tallies as the secretariat is shown them, from the close to the seal."""

    def __init__(self, witness: Witness, campaign: str, settle_s: float) -> None:
        self._witness = witness
        self._campaign = campaign
        self._settle_s = settle_s
        self._recount_from: float | None = None
        self.live: dict[str, int] | None = None
        self.before_recount: dict[str, int] = {}

    def until_sealed(self) -> None:
        """Looks until the seal is there."""
        while not self._look():
            time.sleep(_LOOK_EVERY_S)

    def _look(self) -> bool:
        try:
            seen = self._witness.json(f"/api/v1/overview?campaign={self._campaign}", patience_s=0)
            if seen["state"] != "closed":
                return bool(seen["state"] == "sealed")
            recount_from = self._recount_from or self._closes() + self._settle_s
        except NotToBeHad:
            return False
        self._recount_from = recount_from
        self.live = {unit["code"]: unit["collected"] for unit in seen["units"]}
        if time.time() < recount_from:
            most = self.before_recount
            self.before_recount = {unit: max(n, most.get(unit, 0)) for unit, n in self.live.items()}
        return False

    def _closes(self) -> float:
        said = self._witness.json(f"/api/v1/campaigns/{self._campaign}", patience_s=0)
        return instant(said["closes_at"]).timestamp()


def gather(orders: dict[str, Any], witness: Witness, watch: Watch) -> Evidence:
    """All the evidence. Raises `NotToBeHad`."""
    campaign = orders["campaign"]
    rows, manifest, broken = read_export(witness, campaign)
    shown, national = read_counts(orders["base_url"], orders["units"])
    audit = witness.json(f"/api/v1/audit?campaign={campaign}&limit=500")["entries"]
    differing = [entry["differing"] for entry in audit if entry["action"] == _CLOSE]
    return Evidence(
        closes_at=witness.json(f"/api/v1/campaigns/{campaign}")["closes_at"],
        receipts=read_receipts(Path(orders["receipts"])),
        rows=rows,
        manifest=manifest,
        broken_files=broken,
        shown=shown,
        national=national,
        live=watch.live,
        live_before_recount=watch.before_recount,
        differing={unit: found for one in differing for unit, found in one.items()},
    )


def main() -> None:
    """Watches, waits for its word, judges."""
    orders = json.loads(sys.stdin.readline())
    witness = Witness(orders["base_url"], orders["key"])
    watch = Watch(witness, orders["campaign"], orders["settle_s"])
    watch.until_sealed()
    print("sealed", flush=True)
    if sys.stdin.readline():
        print(json.dumps(asdict(judge(gather(orders, witness, watch)))), flush=True)


if __name__ == "__main__":
    main()
