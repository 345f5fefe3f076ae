"""One netizen: takes a ticket, answers, sends again until there is an answer, and now and then does odd things."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from infra.drills.chaos.client import Client, Reply, Unanswered
from infra.drills.chaos.receipts import Receipt, ReceiptBook, instant, now
from infra.drills.players import Definition, random_answers

_PATIENCE_S = (1.5, 4.0, 12.0)
"""How long netizens wait for an answer: the impatient send again while the first try is still under way."""
_BACK_OFF_S = (0.05, 2.0)
_TRY_AGAIN = {429, 500, 502, 503, 504}
CLOSED = "collection-closed"
FOREVER = float("inf")


@dataclass(slots=True)
class Sheet:
    """A filled-in questionnaire and what became of it."""

    body: bytes
    other: bytes
    """Other answers under the same ticket."""
    closes_at: float
    """When collection closes, as the ticket says; seconds since the epoch."""
    sent_at: str | None = None
    receipt: Receipt | None = None


@dataclass(slots=True)
class Notes:
    """What a thread of netizens saw."""

    acknowledged: int = 0
    refused: int = 0
    tries: int = 0
    errors: int = 0
    unanswered: int = 0
    repeats: int = 0
    conflicts: int = 0
    given_up: int = 0
    wrong: list[str] = field(default_factory=list)
    """Answers that the contract doesn't allow."""


class GaveUp(Exception):
    """No definite answer came for as long as the netizen cared."""


class Netizens:
    """The netizens of one thread, one after the other."""

    def __init__(self, base_url: str, definitions: Mapping[str, Definition], book: ReceiptBook, rng: Random) -> None:
        self.notes = Notes()
        self.deadline = FOREVER
        """When all give up (monotonic); set once the campaign is sealed."""
        self._door = Client(base_url)
        self._second = Client(base_url)
        self._definitions = definitions
        self._book = book
        self._rng = rng

    def take_sheet(self, link: str, until: float = FOREVER) -> Sheet | None:
        """A ticket and valid answers; None once collection has closed. Raises `GaveUp` after `until` (monotonic)."""
        reply = self._insist("/api/v1/tickets", json.dumps({"link": link}).encode(), until)
        if reply.status != 201:
            self._expect(reply, 410, CLOSED)
            return None
        issued = reply.json
        answers = self._answers(issued)
        other = self._answers(issued)
        while other == answers:
            other = self._answers(issued)
        body, otherwise = (
            json.dumps({"ticket": issued["ticket"], "answers": said}, ensure_ascii=False).encode()
            for said in (answers, other)
        )
        return Sheet(body, otherwise, instant(issued["closes_at"]).timestamp())

    def deliver(self, sheet: Sheet, until: float = FOREVER, *, twice_at_once: bool = False) -> None:
        """Sends a sheet until it is acknowledged or refused. Raises `GaveUp`."""
        sheet.sent_at = sheet.sent_at or now()
        if twice_at_once:
            self._send_twice_at_once(sheet)
        if sheet.receipt is None:
            reply = self._insist("/api/v1/responses", sheet.body, until)
            if not self._acknowledged(sheet, reply):
                self.notes.refused += 1
                self._expect(reply, 410, CLOSED)

    def repeat(self, sheet: Sheet, until: float = FOREVER) -> None:
        """Sends an acknowledged sheet once more: the same receipt is due. Raises `GaveUp`."""
        self.notes.repeats += 1
        reply = self._insist("/api/v1/responses", sheet.body, until)
        if not self._acknowledged(sheet, reply) or reply.status != 200:
            self._expect(reply, 200)

    def contradict(self, sheet: Sheet, until: float = FOREVER) -> None:
        """Sends other answers under a used ticket: a conflict is due. Raises `GaveUp`."""
        self.notes.conflicts += 1
        reply = self._insist("/api/v1/responses", sheet.other, until)
        self._acknowledged(sheet, reply)
        self._expect(reply, 409, "answer-conflict")

    def _answers(self, issued: Mapping[str, Any]) -> dict[str, object]:
        return random_answers(self._definitions[issued["edition"]], issued["topics"], self._rng)

    def _send_twice_at_once(self, sheet: Sheet) -> None:
        """A double click: two requests under way together. What comes back is noted; what doesn't is sent again."""
        sent = []
        for door in (self._door, self._second):
            try:
                door.send("POST", "/api/v1/responses", sheet.body, timeout_s=self._rng.choice(_PATIENCE_S))
                sent.append(door)
            except Unanswered:
                continue
        for door in sent:
            try:
                self._acknowledged(sheet, door.receive())
            except Unanswered:
                continue

    def _insist(self, path: str, body: bytes, until: float) -> Reply:
        """Posts until a definite answer comes. Raises `GaveUp`."""
        pause = _BACK_OFF_S[0]
        while time.monotonic() < min(until, self.deadline):
            self.notes.tries += 1
            try:
                reply = self._door.ask("POST", path, body, timeout_s=self._rng.choice(_PATIENCE_S))
                if reply.status not in _TRY_AGAIN:
                    return reply
                self.notes.errors += 1
            except Unanswered:  # perhaps it was done, perhaps not: the same ticket again tells
                self.notes.unanswered += 1
            time.sleep(pause * self._rng.uniform(0.5, 1.5))
            pause = min(2 * pause, _BACK_OFF_S[1])
        raise GaveUp

    def _acknowledged(self, sheet: Sheet, reply: Reply) -> bool:
        """Notes a receipt: the first time in the book, later only where it is another one."""
        if reply.status not in {200, 201}:
            return False
        said = reply.json
        receipt = Receipt(said["receipt"], said["accepted_at"], sheet.sent_at or now())
        if sheet.receipt is None:
            self._book.write(receipt)
            sheet.receipt = receipt
            self.notes.acknowledged += 1
        elif receipt != sheet.receipt:
            self._book.write(receipt)
            self.notes.wrong.append(f"one ticket, two receipts: {sheet.receipt}, {receipt}")
        return True

    def _expect(self, reply: Reply, status: int, slug: str = "") -> None:
        if reply.status != status or slug not in {"", reply.slug}:
            self.notes.wrong.append(f"{status} {slug} was due, {reply.status} came: {reply.body[:200]!r}")
