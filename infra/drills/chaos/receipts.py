"""`chaos-receipts.txt`: what was acknowledged, one response a line: receipt, `accepted_at`, when it was first sent.

Imports nothing of ours, since the judge uses it too.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as a client was given it."""

    code: str
    accepted_at: str
    """RFC 3339, as the system said it."""
    sent_at: str
    """RFC 3339: the client's clock just before it sent the response for the first time."""


class ReceiptBook:
    """Appends receipts; a line is whole, and out of this process, when `write` returns."""

    def __init__(self, path: Path) -> None:
        self._handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, receipt: Receipt) -> None:
        """From here on the response counts as acknowledged."""
        os.write(self._handle, f"{receipt.code} {receipt.accepted_at} {receipt.sent_at}\n".encode())


def read_receipts(path: Path) -> list[Receipt]:
    """All lines. Raises `ValueError` where one is not whole."""
    receipts = []
    for line in path.read_text("utf-8").splitlines():
        code, accepted_at, sent_at = line.split(" ")
        receipts.append(Receipt(code, accepted_at, sent_at))
    return receipts


def now() -> str:
    """This instant, as receipts carry it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def instant(text: str) -> datetime:
    """An RFC 3339 instant with an offset. Raises `ValueError`."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(f"{text} has no offset")
    return found
