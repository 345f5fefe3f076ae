"""All units polling while responses come in, as a command: `python -m tests.pollers DATA_DIR [SECONDS [PER_SECOND]]`.

Every unit asks every five seconds, sending its `ETag` along, as `docs/polling.md` shows it. Every answer is judged: it
holds each response whose receipt is five seconds old, none that nobody has begun to send, and never less than before;
a 304 is judged as the figures that it confirms. A third of the time follows in which nothing comes in.
"""

import json
import sys
import threading
import time
from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from statistics import median, quantiles
from typing import Any

import httpx

from infra.drills.crowd import PROMISED_S, Acknowledged, Netizen

EVERY_S = 5.0
_THREADS, _NETIZENS = 6, 4
NATION = ""


@dataclass
class Account:
    """When responses of each unit, and of the nation, were begun and acknowledged (monotonic seconds, in order)."""

    begun: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    known: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, unit: str, which: dict[str, list[float]]) -> None:
        """Notes one of `begun` or `known` for a unit and the nation."""
        with self.lock:
            for place in (unit, NATION):
                insort(which[place], time.monotonic())

    def bounds(self, place: str, asked: float, answered: float) -> tuple[int, int]:
        """What an answer has to hold at least, and may hold at most."""
        with self.lock:
            return bisect_right(self.known[place], asked - PROMISED_S), bisect_right(self.begun[place], answered)


@dataclass
class Polls:
    """What a phase of polling came to."""

    waits: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Milliseconds by status."""
    wrong: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many were answered."""
        return sum(map(len, self.waits.values()))

    @property
    def share_304(self) -> float:
        """How many of them with a bare 304."""
        return len(self.waits[304]) / max(1, self.count)


class Poller:
    """A unit's program."""

    def __init__(self, client: httpx.Client, unit: dict[str, Any], account: Account) -> None:
        self._client, self._unit, self._account = client, unit["code"], account
        self._headers = {"X-Api-Key": unit["key"]}
        self._base: tuple[int, int] | None = None
        self._shown = (0, 0)

    def poll(self, polls: Polls) -> None:
        """Asks once, and judges the answer."""
        asked = time.monotonic()
        reply = self._client.get("/api/v1/counts", headers=self._headers)
        answered = time.monotonic()
        if reply.status_code == 200:
            self._take(reply)
        elif reply.status_code != 304:
            polls.wrong.append(f"{self._unit}: answered {reply.status_code}")
            return
        polls.waits[reply.status_code].append((answered - asked) * 1000)
        assert self._base is not None
        for place, shown, base in zip((self._unit, NATION), self._shown, self._base, strict=True):
            least, most = self._account.bounds(place, asked, answered)
            if not least <= shown - base <= most:
                polls.wrong.append(f"{self._unit}: {shown - base} of {place or 'all'}, not {least} to {most}")

    def _take(self, reply: httpx.Response) -> None:
        counts = reply.json()
        before, self._shown = self._shown, (counts["unit"]["collected"], counts["national"]["collected"])
        assert before <= self._shown, f"{self._unit}: back from {before} to {self._shown}"
        self._base = self._base or self._shown
        self._headers["If-None-Match"] = reply.headers["ETag"]


class Timed(Netizen):
    """A netizen whose submissions are timed."""

    def __init__(self, *rest: Any, waits: list[float]) -> None:
        super().__init__(*rest)
        self._waits = waits

    def _post(self, route: str, body: Any) -> httpx.Response:
        began = time.monotonic()
        reply = super()._post(route, body)
        if route == "responses":
            self._waits.append((time.monotonic() - began) * 1000)
        return reply


def poll_for(pollers: Sequence[Poller], seconds: float) -> Polls:
    """Lets each poll every five seconds, evenly spread, for so long."""
    polls, until = Polls(), time.monotonic() + seconds

    def turn(number: int) -> None:
        some, began, asked = pollers[number::_THREADS], time.monotonic(), 0
        while (due := began + asked * EVERY_S / len(some)) < until:
            time.sleep(max(0.0, due - time.monotonic()))
            some[asked % len(some)].poll(polls)
            asked += 1

    with ThreadPoolExecutor(_THREADS) as threads:
        list(threads.map(turn, range(_THREADS)))
    return polls


def respond_for(
    demo: dict[str, Any], account: Account, seconds: float, per_second: float, seed: int = 0
) -> list[float]:
    """Lets responses come in evenly, for units drawn at random; gives the milliseconds that each submission took."""
    waits: list[float] = []
    until = time.monotonic() + seconds
    with httpx.Client(base_url=demo["base_url"], timeout=20) as client:
        names = ("public", "practitioner")
        definitions = {name: client.get(f"/api/v1/questionnaires/{name}").raise_for_status().json() for name in names}

        def turn(number: int) -> None:
            rng, told = Random(f"{seed}-{number}"), Acknowledged()
            netizen = Timed(client, definitions, rng, waits=waits)
            began, sent = time.monotonic(), 0
            while (due := began + sent * _NETIZENS / per_second) < until:
                time.sleep(max(0.0, due - time.monotonic()))
                unit = rng.choice(demo["units"])
                account.note(unit["code"], account.begun)
                netizen.answer(rng.choice(unit["links"]), told)
                account.note(unit["code"], account.known)
                sent += 1

        with ThreadPoolExecutor(_NETIZENS) as threads:
            list(threads.map(turn, range(_NETIZENS)))
    return waits


def play(
    demo: dict[str, Any], seconds: float, per_second: float, spared: int = 0, seed: int = 0
) -> tuple[Polls, Polls, list[float]]:
    """Polls while responses come in, polls in the quiet after it, and what the submissions took.

    The last `spared` units poll, and get no responses.
    """
    account, answered = Account(), demo | {"units": demo["units"][: len(demo["units"]) - spared]}
    time.sleep(PROMISED_S)  # what came in before must be in the figures that all else is compared with
    with httpx.Client(base_url=demo["base_url"], timeout=20) as client, ThreadPoolExecutor(1) as beside:
        pollers = [Poller(client, unit, account) for unit in demo["units"]]
        first = Polls()
        for poller in pollers:
            poller.poll(first)
        responding = beside.submit(respond_for, answered, account, seconds, per_second, seed)
        busy = poll_for(pollers, seconds)
        waits = responding.result()
        poll_for(pollers, PROMISED_S + 1)
        return busy, poll_for(pollers, seconds / 3), waits


def told(name: str, waits: Sequence[float]) -> str:
    """A line of the report."""
    if len(waits) < 2:
        return f"  {name:<12} {len(waits):>6}"
    return f"  {name:<12} {len(waits):>6}   median {median(waits):6.1f} ms   p99 {quantiles(waits, n=100)[98]:6.1f} ms"


def main(data_dir: str, seconds: str = "60", per_second: str = "8") -> int:
    """Plays it against a running system and says what came of it."""
    demo = json.loads((Path(data_dir) / "demo.json").read_text("utf-8"))
    busy, quiet, waits = play(demo, float(seconds), float(per_second))
    for name, polls in (("while responses come in", busy), ("in the quiet after it", quiet)):
        print(f"{name}: {polls.count} polls by {len(demo['units'])} units, {polls.share_304:.0%} of them 304")
        print(told("304", polls.waits[304]), told("200", polls.waits[200]), sep="\n")
    print(f"beside it: {len(waits)} submissions", told("submission", waits), sep="\n")
    wrong = busy.wrong + quiet.wrong
    print(f"{len(wrong)} polls wrong", *wrong[:20], sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
