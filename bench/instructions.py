"""Instructions of the processor, counted by valgrind's callgrind: the same whatever else the machine does.

Callgrind writes down what it has counted, and begins anew, whenever the C library's `getppid` is entered, which nothing
else here calls: so two calls of it mark what is to be counted. Only Python's side is counted, not the engine's nor the
kernel's.
"""

import gc
import json
import logging
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

from bench import cold_start
from bench.figures import Figure
from chalicelib.kernel import ttl_cache
from infra.aws.functions import FOLD, RESPONDENTS
from infra.local import ROOT

CALLS = 20
BASE = "put_item"
_WARM_UP = 5
_CALLGRIND = ("valgrind", "--quiet", "--tool=callgrind", "--dump-before=getppid")


def measure() -> list[Figure]:
    """Of calls, compared with one bare `put_item`; of starts, compared with `import boto3` and one client."""
    return [*_calls(), *_starts()]


def play() -> None:
    """Calls everything that `hot_path` measures, each between two marks; prints what it was, in this order.

    The clock of the caches is stopped: nothing is to be read again halfway because callgrind is slow.
    """
    from bench import hot_path, scene  # they need an engine as they are imported

    logging.disable()
    patch.object(ttl_cache, "time", SimpleNamespace(monotonic=lambda: 0.0)).start()
    stage = scene.make()
    works = {BASE: (hot_path.put, hot_path.items(stage)), **hot_path.works(stage)}
    for call, arguments in works.values():
        ready = list(islice(arguments, _WARM_UP + CALLS))
        for argument in ready[:_WARM_UP]:
            call(argument)
        gc.collect()
        os.getppid()
        for argument in ready[_WARM_UP:]:
            call(argument)
        os.getppid()
    print(json.dumps(list(works)))


def _calls() -> Iterator[Figure]:
    said, counted = _run("from bench import instructions; instructions.play()")
    spent = dict(zip(json.loads(said), counted, strict=True))
    for what, instructions in spent.items():
        yield Figure(what, instructions / CALLS / 1_000, "thousand")
    for what, instructions in spent.items():
        if what != BASE:
            yield Figure(f"{what}, of a {BASE}'s", instructions / spent[BASE], BASE)


def _starts() -> Iterator[Figure]:
    base = _start(cold_start.BASE)
    yield Figure("boto3 and one client", base / 1_000_000, "million")
    with cold_start.unpacked() as lean:
        for function in (RESPONDENTS, FOLD):
            at_start = f"os.environ['LOAD_AT_START'] = {function.at_start!r}; sys.path.insert(0, {str(lean)!r})"
            instructions = _start("import app", at_start)
            yield Figure(f"{function.name}: start", instructions / 1_000_000, "million")
            yield Figure(
                f"{function.name}: of boto3's and a client's", instructions / base, cold_start.UNIT, at_most=1.0
            )


def _start(code: str, before: str = "") -> int:
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)  # so that compiled modules lie ready
    _, (instructions,) = _run(f"import os, sys; {before}\nos.getppid()\n{code}\nos.getppid()")
    return instructions


def _run(code: str) -> tuple[str, list[int]]:
    """What the code printed, and the instructions between each first and second mark in it."""
    with tempfile.TemporaryDirectory(prefix="minsheng-callgrind-") as scratch:
        command = [*_CALLGRIND, f"--callgrind-out-file={scratch}/out", sys.executable, "-c", code]
        environment = os.environ | {"PYTHONHASHSEED": "0"}
        done = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        dumps = sorted(Path(scratch).glob("out.*"), key=lambda path: int(path.suffix[1:]))
        return done.stdout, [_total(path.read_text()) for path in dumps][1::2]


def _total(dump: str) -> int:
    found = re.search(r"^totals: (\d+)$", dump, re.MULTILINE)
    assert found is not None, "callgrind wrote no total"
    return int(found[1])
