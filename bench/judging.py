"""How well forged answers are told from people's: an invented sample of STORED responses through `make judge`.

`SEED` draws other people (by default 2026), and `FORGED` is the share of forgers (0.2). Both are of the groups and
kinds in `infra/drills/judging/cast.json`; each kind has a few links, which people use too. CPU and
memory are those of the program.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from bench import parts
from bench.figures import Figure
from chalicelib.instrument.questionnaires import load
from infra.drills.judging.crowd import Played, play

_GROUP = 250
"""People of a group from which on its share is held to the target."""


def measure() -> list[Figure]:
    """Shares first, then what it took."""
    played = list(play(load("public", "2026.1"), int(os.environ.get("SEED") or 2026), parts.stored(), _forged()))
    with tempfile.TemporaryDirectory() as folder:
        sample, out = Path(folder) / "in.jsonl", Path(folder) / "out.jsonl"
        sample.write_text("".join(json.dumps(one.line) + "\n" for one in played), "utf-8")
        subprocess.run([sys.executable, "-m", "infra.judge", str(sample), str(out)], check=True)
        valid = [bool(json.loads(line)["valid"]) for line in out.read_text("utf-8").splitlines()]
    took = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = (took.ru_utime + took.ru_stime) / len(played) * 100_000
    return [
        *_shares(played, valid),
        Figure("CPU for 100,000 responses", seconds, "s", at_most=60 if len(played) >= 90_000 else None),
        Figure("memory", took.ru_maxrss / 1024, "MB", at_most=1024),
    ]


def _forged() -> float:
    return float(os.environ.get("FORGED") or 0.2)


def _shares(played: Sequence[Played], valid: Sequence[bool]) -> list[Figure]:
    every, invalid, by_link = Counter[tuple[bool, str]](), Counter[tuple[bool, str]](), Counter[tuple[bool, bool]]()
    links = {one.line["link"] for one in played if not one.honest}
    for one, counts in zip(played, valid, strict=True):
        every[one.honest, one.kind] += 1
        invalid[one.honest, one.kind] += not counts
        if one.honest:
            by_link[one.line["link"] in links, counts] += 1
    shares = {key: 100 * invalid[key] / number for key, number in every.items()}
    large = [share for (honest, kind), share in shares.items() if honest and every[True, kind] >= _GROUP]
    return [
        Figure("forged: invalid", _share(every, invalid, honest=False), "%", at_least=95),
        Figure("honest: invalid", _share(every, invalid, honest=True), "%", at_most=1),
        Figure(f"worst honest group of {_GROUP}: invalid", max(large, default=0.0), "%", at_most=2),
        Figure("honest on soiled links: invalid", _of_links(by_link, soiled=True), "%"),
        Figure("honest on other links: invalid", _of_links(by_link, soiled=False), "%"),
        *(Figure(f"{'honest' if h else 'forged'}, {kind}", share, "%") for (h, kind), share in sorted(shares.items())),
    ]


def _share(every: Counter[tuple[bool, str]], invalid: Counter[tuple[bool, str]], *, honest: bool) -> float:
    of = [key for key in every if key[0] is honest]
    return 100 * sum(invalid[key] for key in of) / max(1, sum(every[key] for key in of))


def _of_links(counted: Counter[tuple[bool, bool]], *, soiled: bool) -> float:
    return 100 * counted[soiled, False] / max(1, counted[soiled, False] + counted[soiled, True])
