"""What a function takes before its first answer: CPU as a ratio to what `import boto3` and one client alone take.

Functions start as on AWS: from the lean zip, unpacked, with what `LOAD_AT_START` has them run, client included. The
base is `boto3` as it is installed. Each start is a process of its own, in turn with the base's; modules are compiled.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from bench import counts, scene
from bench.figures import Figure
from chalicelib.kernel.clock import now_ms
from infra.aws import package
from infra.aws.functions import FOLD, LEAN, RESPONDENTS, Function
from infra.drills.events import api_event, stream_event, stream_record
from infra.local import ROOT
from infra.local.events import Event

STARTS = 7
UNIT = "boto3 + client"
BASE = 'import boto3; boto3.client("dynamodb", region_name="cn-north-1")'
_TIMED = f"import time; began = time.process_time(); {BASE}; print(time.process_time() - began)"


def measure() -> list[Figure]:
    """Starts of the functions that can't be slow, each with what it may be asked first."""
    stage = scene.make()
    page = api_event("GET", "/s/{code}", parameters={"code": stage.link}, headers={"accept-encoding": "gzip"})
    batch = stream_event([stream_record(next(counts.items(stage.campaign.id, now_ms())), 10**20)])
    with unpacked() as lean:
        return [
            *_of(RESPONDENTS, "app", {"page": page, "response": scene.response_event(stage, 1)}, lean),
            *_of(FOLD, "fold_counts", {"batch": batch}, lean),
        ]


@contextmanager
def unpacked() -> Iterator[Path]:
    """The lean package of this machine's architecture, built and unpacked."""
    with tempfile.TemporaryDirectory(prefix="minsheng-lean-") as scratch:
        shutil.unpack_archive(package.build(package.ARCHITECTURES[platform.machine()]) / LEAN, f"{scratch}/lean")
        yield Path(scratch) / "lean"


def _of(function: Function, entry: str, firsts: Mapping[str, Event], lean: Path) -> list[Figure]:
    at_start = {"LOAD_AT_START": function.at_start}
    alone = ["-I", "-S", str(ROOT / "bench" / "starting.py"), str(lean), entry]
    starts, answered = [], []
    for what, event in firsts.items():
        asked = lean.parent / "event.json"
        asked.write_text(json.dumps(event))
        pairs = [(_run(["-c", _TIMED]), _run([*alone, str(asked)], **at_start)) for _ in range(STARTS + 1)][1:]
        starts += [ours["start"] / base for base, ours in pairs]
        ratio = median((ours["start"] + ours["answer"]) / base for base, ours in pairs)
        answered.append(Figure(f"{function.name}: start and the first {what}, CPU", ratio, UNIT))
    ours = pairs[0][1]
    return [
        Figure(f"{function.name}: start, CPU", median(starts), UNIT, at_most=1.0, peers="1.4 naively"),
        *answered,
        Figure(f"{function.name}: modules imported", ours["modules"]),
        Figure(f"{function.name}: their sources", ours["bytes"] / 1_000, "KB"),
    ]


def _run(arguments: list[str], **environment: str) -> Any:
    """What a process of its own prints."""
    done = subprocess.run(
        [sys.executable, *arguments], env=os.environ | environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return json.loads(done.stdout)
