"""`make bench`: measures, prints one table, writes `bench.json`, and compares with the last measurement kept.

Environment: `PARTS` names parts to run alone (by default all but those on demand, see `bench.parts`); `STORED` is how
many stored responses those parts work on that need many (20,000; the targets speak of 1,000,000); `KEEP=1` adds this
measurement to `bench/history`, named by its commit.
"""

import json
import os
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import figures
from bench.parts import ON_DEMAND, PARTS
from infra.local import ROOT

_HISTORY = ROOT / "bench" / "history"


def main() -> int:
    """Runs the parts, each in a process of its own; the exit code says whether all of them came to an end."""
    names = os.environ.get("PARTS", "").replace(",", " ").split() or [part for part in PARTS if part not in ON_DEMAND]
    if unknown := set(names) - set(PARTS):
        print(f"There is no part {', '.join(sorted(unknown))}; there are: {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    load, commit = os.getloadavg()[0], _git("rev-parse", "--short", "HEAD")
    found = {name: measured for name in names if (measured := _run(name)) is not None}
    figures.show(found, _before())
    result = _result(found, commit, load)
    (ROOT / "bench.json").write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    print(f"load {load:.1f} on {os.cpu_count()} cores at the start; written to bench.json")
    if os.environ.get("KEEP") == "1":
        _keep(result)
    return 0 if len(found) == len(names) else 1


def _run(name: str) -> list[figures.Figure] | None:
    """What a part has found; None where it failed, and said why."""
    print(f"measuring: {name} …", file=sys.stderr, flush=True)
    with tempfile.NamedTemporaryFile("r", suffix=".json") as out:
        done = subprocess.run([sys.executable, "-m", "bench.parts", name, out.name], cwd=ROOT, check=False)
        return figures.from_json(out.read()) if done.returncode == 0 else None


def _result(found: figures.Parts, commit: str, load: float) -> dict[str, Any]:
    return {
        "commit": commit,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "load": round(load, 1),
        "stored": os.environ.get("STORED", ""),
        "parts": {name: figures.to_json(measured) for name, measured in found.items()},
    }


def _before() -> dict[str, float]:
    """The latest value of each figure that was kept."""
    values: dict[str, float] = {}
    kept = [json.loads(path.read_text()) for path in _HISTORY.glob("*.json")]
    for result in sorted(kept, key=lambda one: str(one["measured_at"])):
        for part, measured in result["parts"].items():
            values |= {figures.key(part, one["name"]): one["value"] for one in measured}
    return values


def _keep(result: dict[str, Any]) -> None:
    """One file a commit; parts measured alone join those that are there."""
    path: Path = _HISTORY / f"{result['commit']}.json"
    if path.exists():
        result = result | {"parts": json.loads(path.read_text())["parts"] | result["parts"]}
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
    print(f"kept as {path.relative_to(ROOT)}")


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
