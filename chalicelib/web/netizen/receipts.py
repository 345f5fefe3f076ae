"""Receipts: who holds one learns that the response has arrived, and after the seal how it was counted, with a proof."""

from typing import Literal, NotRequired

from chalicelib.kernel.errors import ReceiptUnknown
from chalicelib.sealing.roll.find_receipt import find_receipt
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.operation import ANYBODY, operation
from chalicelib.web.rim.replies import Reply


class ReceiptReply(Reply):
    """`received` before the seal; after it `counted`, and how.

    `leaf` is the line of the roll, at `place` (from 0) of `lines`; `proof` is the audit path from the leaf up to the
    `root` in the manifest (RFC 9162). The last four are null for a seal that left no proofs.
    """

    state: Literal["received", "counted"]
    unit: NotRequired[str]
    edition: NotRequired[str]
    valid: NotRequired[bool]
    leaf: NotRequired[str]
    place: NotRequired[int | None]
    lines: NotRequired[int | None]
    proof: NotRequired[list[str] | None]
    root: NotRequired[str | None]


@operation("GET", "/api/v1/receipts/{receipt}", who=ANYBODY, gives=ReceiptReply, refuses=(ReceiptUnknown,))
def get_receipt(call: Call, receipt: str) -> ReceiptReply:  # noqa: ARG001 - whoever holds it is told
    """What became of the response with this receipt.

    Capitals, spaces and hyphens don't matter.
    """
    found = find_receipt(receipt)
    if found.counted is None:
        return {"state": "received"}
    counted, proved = found.counted, found.counted.proved
    return {
        "state": "counted",
        "unit": found.unit,
        "edition": found.edition,
        "valid": counted.valid,
        "leaf": counted.line,
        "place": proved.place if proved else None,
        "lines": proved.lines if proved else None,
        "proof": list(proved.path) if proved else None,
        "root": proved.root if proved else None,
    }
