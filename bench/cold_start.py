"""What a function imports before its first answer: CPU as a ratio to what `boto3` and one client alone take.

Each start is a process of its own, in turn with the base's; compiled modules lie ready, as in the package.
"""

import json
import subprocess
import sys
from statistics import median
from typing import Any

from bench.figures import Figure
from infra.local import ROOT

STARTS = 7
_PROLOGUE = "import sys, time; own = set(sys.modules); began = time.process_time();"
_EPILOGUE = """
cpu = time.process_time() - began
import json, os
files = [m.__file__ for n, m in list(sys.modules.items()) if n not in own and getattr(m, "__file__", None)]
print(json.dumps({"cpu": cpu, "modules": len(files), "bytes": sum(os.path.getsize(f) for f in files)}))
"""
BASE = 'import boto3; boto3.client("dynamodb", region_name="cn-north-1")'
_CLIENT = "from chalicelib import store; store.open_client()"
OURS = {
    "responses and tickets": f"import app; app.netizen.record_response; {_CLIENT}",
    "pages": f"import app; app.public.link; {_CLIENT}",
    "fold": f"import app; app.folding.fold_counts; {_CLIENT}",
}
"""What each function uses of `app.py`, which runs the rest only when it is asked for."""


def measure() -> list[Figure]:
    """Import and one client, for each of the functions that can't be slow."""
    return [figure for what, code in OURS.items() for figure in _of(what, code)]


def _of(what: str, code: str) -> list[Figure]:
    pairs = [(_start(BASE), _start(code)) for _ in range(STARTS + 1)][1:]
    ours = pairs[0][1]
    ratio = median(ours["cpu"] / base["cpu"] for base, ours in pairs)
    return [
        Figure(f"{what}: import and client, CPU", ratio, "boto3 + client", at_most=1.0, peers="1.4 naively"),
        Figure(f"{what}: modules imported", ours["modules"]),
        Figure(f"{what}: their sources", ours["bytes"] / 1_000, "KB"),
    ]


def _start(code: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-c", f"{_PROLOGUE}{code}{_EPILOGUE}"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
