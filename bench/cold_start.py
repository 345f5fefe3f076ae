"""What a function imports before it can answer: CPU as a ratio to what `boto3` and one client alone take.

Each start is a process of its own, in turn with the base's; compiled modules lie ready, as in the package.
"""

import json
import subprocess
import sys
from statistics import median
from typing import Any

from bench.figures import Figure
from infra.local import ROOT

STARTS = 9
_PROLOGUE = "import sys, time; own = set(sys.modules); began = time.process_time();"
_EPILOGUE = """
cpu = time.process_time() - began
import json, os
files = [m.__file__ for n, m in list(sys.modules.items()) if n not in own and getattr(m, "__file__", None)]
print(json.dumps({"cpu": cpu, "modules": len(files), "bytes": sum(os.path.getsize(f) for f in files)}))
"""
_BASE = 'import boto3; boto3.client("dynamodb", region_name="cn-north-1")'
_OURS = "import app; from chalicelib import store; store.open_client()"


def measure() -> list[Figure]:
    """The import and one client, of `app.py`, through which every function starts."""
    pairs = [(_start(_BASE), _start(_OURS)) for _ in range(STARTS + 1)][1:]
    ours = pairs[0][1]
    ratio = median(ours["cpu"] / base["cpu"] for base, ours in pairs)
    return [
        Figure("import and client, CPU", ratio, "boto3 + client", at_most=1.0, peers="1.4 naively"),
        Figure("import and client, CPU on this machine", median(one["cpu"] for _, one in pairs) * 1_000, "ms"),
        Figure("modules imported", ours["modules"]),
        Figure("bytes of their sources", ours["bytes"] / 1_000, "KB"),
    ]


def _start(code: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", f"{_PROLOGUE}{code}{_EPILOGUE}"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
