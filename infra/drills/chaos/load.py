"""The load: many netizens at once, unevenly over the units' links, before, at and after the close.

    python -m infra.drills.chaos.load

The first line on stdin is JSON: `{base_url, links: [[code, weight], …], seed, threads, receipts}`. The line `sealed`
says that the campaign is sealed: then everybody asks once more, and a line of JSON on stdout, `Notes` summed up, is the
last thing it says. Knows the system by HTTP alone.
"""

import json
import sys
import threading
import time
from dataclasses import fields
from itertools import accumulate
from pathlib import Path
from random import Random

from infra.drills.chaos.client import Client, Unanswered
from infra.drills.chaos.netizen import GaveUp, Netizens, Notes, Sheet
from infra.drills.chaos.receipts import ReceiptBook
from infra.drills.players import Definition

_HELD = 0.004
"""Share of those who take a ticket and send their answers only after the close."""
_KEPT = 0.03
"""Share of acknowledged sheets that are sent again later."""
_REPEATED, _CONTRADICTED, _TWICE = 0.08, 0.02, 0.03
_MOST_KEPT = 25
_LAST_MINUTE_S = 2.5
_AT_THE_GATE_S = (-0.25, 0.5)
_MOST_AT_THE_GATE = 12
"""So many of each thread take a ticket in the last seconds, and send their answers about the close itself."""
_AFTER_THE_SEAL_S = 30.0
_BETWEEN_S = 0.5


class Netizenry(threading.Thread):
    """One thread of netizens."""

    def __init__(self, netizens: Netizens, rng: Random, links: list[str], weights: list[float]) -> None:
        super().__init__(daemon=True)
        self.netizens = netizens
        self._rng = rng
        self._links, self._weights = links, list(accumulate(weights))
        self._held: list[Sheet] = []
        self._kept: list[Sheet] = []
        self._at_the_gate: list[Sheet] = []
        self._sealed = threading.Event()

    def run(self) -> None:
        """Answers while collection is open, goes on bothering the system until the seal, and once more after it."""
        try:
            while self._answer_one():
                pass
            self._try_the_gate()
            while not self._sealed.is_set():
                self._bother()
                self._sealed.wait(_BETWEEN_S)
            self._ask_once_more()
        except GaveUp:
            self.netizens.notes.given_up += 1
        except Exception as error:
            self.netizens.notes.wrong.append(f"the load itself failed: {error!r}")

    def seal(self) -> None:
        """The campaign is sealed: from now on nobody is patient for ever."""
        self.netizens.deadline = time.monotonic() + _AFTER_THE_SEAL_S
        self._sealed.set()

    def _answer_one(self) -> bool:
        sheet = self.netizens.take_sheet(self._link())
        if sheet is None:
            return False
        if sheet.closes_at - time.time() < _LAST_MINUTE_S:
            self._at_the_gate.append(sheet)
            return len(self._at_the_gate) < _MOST_AT_THE_GATE
        if len(self._held) < _MOST_KEPT and self._rng.random() < _HELD:
            self._held.append(sheet)
        else:
            self._answer(sheet)
        return True

    def _try_the_gate(self) -> None:
        """Those who come at the last moment, and a moment too late."""
        moments = sorted(self._rng.uniform(*_AT_THE_GATE_S) for _ in self._at_the_gate)
        for sheet, moment in zip(self._at_the_gate, moments, strict=True):
            time.sleep(max(0.0, sheet.closes_at + moment - time.time()))
            self._answer(sheet)

    def _answer(self, sheet: Sheet) -> None:
        chance = self._rng.random
        self.netizens.deliver(sheet, twice_at_once=chance() < _TWICE)
        if sheet.receipt is None:
            return
        if chance() < _REPEATED:
            self.netizens.repeat(sheet)
        if chance() < _CONTRADICTED:
            self.netizens.contradict(sheet)
        if chance() < _KEPT and len(self._kept) < _MOST_KEPT:
            self._kept.append(sheet)

    def _bother(self) -> None:
        """Between close and seal: new ones, late ones and old ones. While it seals, some of them are asked to wait."""
        soon = time.monotonic() + 1.0
        try:
            match self._rng.randrange(4):
                case 0 if self._held:
                    self.netizens.deliver(self._held[-1], soon)
                    self._held.pop()
                case 1 if self._kept:
                    self.netizens.contradict(self._rng.choice(self._kept), soon)
                case 2:
                    self.netizens.take_sheet(self._link(), soon)
                case _ if self._kept:
                    self.netizens.repeat(self._rng.choice(self._kept), soon)
        except GaveUp:
            pass  # it is asked again after the seal

    def _ask_once_more(self) -> None:
        for sheet in self._held:
            self.netizens.deliver(sheet)
        for sheet in self._kept:
            self.netizens.repeat(sheet)
            if self._rng.random() < _CONTRADICTED * 5:
                self.netizens.contradict(sheet)
        self.netizens.take_sheet(self._link())

    def _link(self) -> str:
        return self._rng.choices(self._links, cum_weights=self._weights)[0]


def definitions(base_url: str) -> dict[str, Definition]:
    """Both editions, as they are published; asked for until they come."""
    client, found = Client(base_url), {}
    for edition in ("public", "practitioner"):
        while edition not in found:
            try:
                reply = client.ask("GET", f"/api/v1/questionnaires/{edition}")
                if reply.status == 200:
                    found[edition] = reply.json
            except Unanswered:
                time.sleep(0.1)
    return found


def total(notes: list[Notes]) -> dict[str, int | list[str]]:
    """The sum over all threads."""
    numbers = [field.name for field in fields(Notes) if field.name != "wrong"]
    wrong = [what for one in notes for what in one.wrong]
    return {name: sum(getattr(one, name) for one in notes) for name in numbers} | {"wrong": wrong}


def main() -> None:
    """Plays until the seal; ends at once where stdin ends before."""
    orders = json.loads(sys.stdin.readline())
    book = ReceiptBook(Path(orders["receipts"]))
    published = definitions(orders["base_url"])
    links, weights = [code for code, _ in orders["links"]], [weight for _, weight in orders["links"]]
    threads = []
    for number in range(orders["threads"]):
        rng = Random(f"{orders['seed']}-{number}")
        netizens = Netizens(orders["base_url"], published, book, rng)
        threads.append(Netizenry(netizens, rng, links, weights))
    for thread in threads:
        thread.start()
    if sys.stdin.readline().strip() != "sealed":
        return
    for thread in threads:
        thread.seal()
    for thread in threads:
        thread.join()
    print(json.dumps(total([thread.netizens.notes for thread in threads])), flush=True)


if __name__ == "__main__":
    main()
