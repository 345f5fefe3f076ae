"""The judge: a process that knows the system by HTTP and its sealed export alone, and imports nothing of it.

    python -m infra.drills.chaos.judge

The first line on stdin is JSON: `{base_url, key, campaign, units: {code: key}, receipts}`. It watches the
tallies from then on; says `sealed` on stdout when they are; and after any further line on stdin, once no client has
anything more to say, compares, says its `Verdict` as a line of JSON, and ends.
"""

import json
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from infra.drills.chaos.evidence import Evidence, NotToBeHad, Witness, read_counts, read_export
from infra.drills.chaos.receipts import read_receipts
from infra.drills.chaos.verdict import judge

_LOOK_EVERY_S = 0.25
_DIFFERENCE = "recount.difference"


class Watch:
    """The tallies as the secretariat is shown them, from the close to the seal."""

    def __init__(self, witness: Witness, campaign: str) -> None:
        self._witness = witness
        self._path = f"/api/v1/overview?campaign={campaign}"
        self.live: dict[str, int] | None = None
        """By unit: collected, as last shown."""

    def until_sealed(self) -> None:
        """Looks until the seal is there."""
        while not self._is_sealed():
            time.sleep(_LOOK_EVERY_S)

    def _is_sealed(self) -> bool:
        try:
            seen = self._witness.json(self._path, patience_s=0)
        except NotToBeHad:
            return False
        if seen["state"] == "closed":
            self.live = {unit["code"]: unit["collected"] for unit in seen["units"]}
        return bool(seen["state"] == "sealed")


def gather(orders: dict[str, Any], witness: Witness, watch: Watch) -> Evidence:
    """All the evidence. Raises `NotToBeHad`."""
    campaign = orders["campaign"]
    rows, manifest, broken = read_export(witness, campaign)
    shown, national = read_counts(orders["base_url"], orders["units"])
    audit = witness.json(f"/api/v1/audit?campaign={campaign}&limit=500")["entries"]
    differing = [entry["differing"] for entry in audit if entry["action"] == _DIFFERENCE]
    return Evidence(
        closes_at=witness.json(f"/api/v1/campaigns/{campaign}")["closes_at"],
        receipts=read_receipts(Path(orders["receipts"])),
        rows=rows,
        manifest=manifest,
        broken_files=broken,
        shown=shown,
        national=national,
        live=watch.live,
        differing={unit: found for one in differing for unit, found in one.items()},
    )


def main() -> None:
    """Watches, waits for its word, judges."""
    orders = json.loads(sys.stdin.readline())
    witness = Witness(orders["base_url"], orders["key"])
    watch = Watch(witness, orders["campaign"])
    watch.until_sealed()
    print("sealed", flush=True)
    if sys.stdin.readline():
        print(json.dumps(asdict(judge(gather(orders, witness, watch)))), flush=True)


if __name__ == "__main__":
    main()
