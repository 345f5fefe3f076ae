"""The netizens, each at their moment.

    python -m infra.drills.rehearse.crowd

The first line on stdin is JSON: `{base_url, receipts, links: [[code, unit, weight], …], opens_at, seconds, span,
responses, seed, threads}`. Each visit is a line of JSON on stdout when it is over, a `Visited`; the last lines
are the `Refusals` and the `Notes` summed up. Knows the system by HTTP alone.
"""

import json
import sys
import threading
import time
from dataclasses import asdict, dataclass
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

from infra.drills.chaos.client import Client, Unanswered
from infra.drills.chaos.load import definitions, total
from infra.drills.chaos.netizen import CLOSED, GaveUp, Netizens, Sheet
from infra.drills.chaos.receipts import ReceiptBook
from infra.drills.rehearse.curve import curve
from infra.drills.rehearse.timetable import Visit, timetable

NOT_OPEN = "collection-not-open"
_KNOCKS = 10
"""So many try before the opening, and so many after the close."""
_EARLY_S = 3.0
_HELD = 20
"""So many take their ticket in time, and send their answers only after the close."""
_LATE_S = 0.2
_PATIENCE_S = 60.0
"""How long after the close somebody who came in time goes on trying."""


@dataclass(frozen=True, slots=True)
class Visited:
    """What became of a visit; instants in seconds since the epoch."""

    hour: float
    """When in the campaign, in hours after the opening."""
    due: float
    began: float
    """Later than `due` where all threads were busy."""
    page_s: float | None
    answer_s: float | None
    """From the first press of *send* to the receipt, tries included."""
    unit: str
    received: float | None
    """When the receipt was there; none where collection had closed."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """Who came outside the window, and how many of them were turned away as the contract has it."""

    early: int
    early_refused: int
    late: int
    late_refused: int


class Queue:
    """The visits in order, handed out one by one."""

    def __init__(self, visits: list[Visit]) -> None:
        self._visits = iter(visits)
        self._lock = threading.Lock()

    def next(self) -> Visit | None:
        """The next visit; none after the last."""
        with self._lock:
            return next(self._visits, None)


class Visitors(threading.Thread):
    """One thread of netizens: each waits for the moment, looks at the page, answers."""

    def __init__(self, orders: dict[str, Any], queue: Queue, netizens: Netizens, rng: Random) -> None:
        super().__init__(daemon=True)
        self.netizens = netizens
        self._door = Client(orders["base_url"])
        self._opens_at, self._queue, self._rng = orders["opens_at"], queue, rng
        self._links = [(code, unit) for code, unit, _ in orders["links"]]
        self._weights = list(accumulate(weight for _, _, weight in orders["links"]))
        netizens.deadline = time.monotonic() + orders["opens_at"] + orders["seconds"] + _PATIENCE_S - time.time()

    def run(self) -> None:
        """Until the last visit."""
        try:
            while visit := self._queue.next():
                due = self._opens_at + visit.due_s
                time.sleep(max(0.0, due - time.time()))
                tell(self._visit(visit.hour, due))
        except GaveUp:
            self.netizens.notes.given_up += 1
        except Exception as error:
            self.netizens.notes.wrong.append(f"the crowd itself failed: {error!r}")

    def _visit(self, hour: float, due: float) -> Visited:
        link, unit = self._rng.choices(self._links, cum_weights=self._weights)[0]
        began, page_s = time.time(), self._look(link)
        sheet = self.netizens.take_sheet(link)
        sent = time.time()
        if sheet is not None:
            self.netizens.deliver(sheet)
        if sheet is None or sheet.receipt is None:
            return Visited(hour, due, began, page_s, None, unit, None)
        received = time.time()
        return Visited(hour, due, began, page_s, received - sent, unit, received)

    def _look(self, link: str) -> float | None:
        """Seconds until the page was there; none where it didn't come."""
        began = time.monotonic()
        try:
            reply = self._door.ask_again("GET", f"/s/{link}", timeout_s=10)
        except Unanswered:
            return None
        return time.monotonic() - began if reply.status == 200 else None


class Gatecrashers:
    """Those who come before the opening and after the close."""

    def __init__(self, orders: dict[str, Any], netizens: Netizens) -> None:
        self._netizens = netizens
        self._door = Client(orders["base_url"])
        self._links = [code for code, _, _ in orders["links"]][:_KNOCKS]
        self._opens_at, self._closes_at = orders["opens_at"], orders["opens_at"] + orders["seconds"]

    def play(self) -> Refusals:
        """From a moment before the opening to a moment after the close."""
        _sleep_until(self._opens_at - _EARLY_S)
        early = [self._knock(link) for link in self._links]
        _sleep_until((self._opens_at + self._closes_at) / 2)
        held = [sheet for _ in range(_HELD) if (sheet := self._netizens.take_sheet(self._links[0]))]
        _sleep_until(self._closes_at + _LATE_S)
        late = [self._knock(link) for link in self._links]
        return Refusals(
            early=len(early),
            early_refused=early.count(NOT_OPEN),
            late=len(late) + len(held),
            late_refused=late.count(CLOSED) + sum(self._is_refused(sheet) for sheet in held),
        )

    def _knock(self, link: str) -> str:
        """How asking for a ticket is refused; empty where it isn't, or no answer came."""
        try:
            body = json.dumps({"link": link}).encode()
            return self._door.ask_again("POST", "/api/v1/tickets", body, timeout_s=10).slug
        except Unanswered:
            return ""

    def _is_refused(self, sheet: Sheet) -> bool:
        self._netizens.deliver(sheet)
        return sheet.receipt is None


def tell(told: Visited | Refusals) -> None:
    """Says it on stdout, in one piece."""
    sys.stdout.write(json.dumps({type(told).__name__: asdict(told)}) + "\n")
    sys.stdout.flush()


def _sleep_until(instant: float) -> None:
    time.sleep(max(0.0, instant - time.time()))


def main() -> None:
    """Plays to the end."""
    orders = json.loads(sys.stdin.readline())
    book = ReceiptBook(Path(orders["receipts"]))
    published = definitions(orders["base_url"])
    visits = timetable(curve(), orders["span"], orders["responses"], orders["seconds"], orders["seed"])
    queue, threads = Queue(visits), []
    for number in range(orders["threads"]):
        rng = Random(f"{orders['seed']}-{number}")
        threads.append(Visitors(orders, queue, Netizens(orders["base_url"], published, book, rng), rng))
    for thread in threads:
        thread.start()
    outside = Netizens(orders["base_url"], published, book, Random(orders["seed"]))
    refusals = Gatecrashers(orders, outside).play()
    for thread in threads:
        thread.join()
    tell(refusals)
    notes = total([outside.notes, *(thread.netizens.notes for thread in threads)])
    print(json.dumps({"Notes": notes}), flush=True)


if __name__ == "__main__":
    main()
