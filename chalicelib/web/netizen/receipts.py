"""Receipts: who holds one learns that the response has arrived, and after the seal how it was counted, with a proof;
and may withdraw it before."""

from typing import Literal, NotRequired

from chalice.app import Request, Response

from chalicelib.associations.store import units
from chalicelib.kernel.errors import AlreadySealed, MinshengError, NotFound, ReceiptUnknown, TooLate
from chalicelib.sealing.roll.find_receipt import Found, find_receipt
from chalicelib.sealing.roll.withdraw import withdraw
from chalicelib.web.netizen.notice import refused
from chalicelib.web.rim import caller
from chalicelib.web.rim.addresses import at_one_address
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.form_reader import read_fields
from chalicelib.web.rim.operation import ANYBODY, operation
from chalicelib.web.rim.problems import answered
from chalicelib.web.rim.render import Visit, page, visit
from chalicelib.web.rim.replies import Reply

_UNIT_LASTS_S = 60.0
_ASK, _WITHDRAW = "ask", "withdraw"
"""What the page's buttons ask for: to be asked once more, and to withdraw."""


class ReceiptReply(Reply):
    """`received` or `withdrawn` before the seal; after it `counted`, and how.

    `leaf` is the line of the roll, at `place` (from 0) of `lines`; `proof` is the audit path from the leaf up to the
    `root` in the manifest (RFC 9162). The last four are null for a seal that left no proofs.
    """

    state: Literal["received", "withdrawn", "counted"]
    unit: NotRequired[str]
    edition: NotRequired[str]
    valid: NotRequired[bool]
    leaf: NotRequired[str]
    place: NotRequired[int | None]
    lines: NotRequired[int | None]
    proof: NotRequired[list[str] | None]
    root: NotRequired[str | None]


class WithdrawnReply(Reply):
    """The response is emptied. It stays among those collected, and doesn't count as valid."""

    state: Literal["withdrawn"]


@operation("GET", "/api/v1/receipts/{receipt}", who=ANYBODY, gives=ReceiptReply, refuses=(ReceiptUnknown,))
def get_receipt(call: Call, receipt: str) -> ReceiptReply:  # noqa: ARG001 - whoever holds it is told
    """What became of the response with this receipt.

    Capitals, spaces and hyphens don't matter.
    """
    found = find_receipt(receipt)
    if found.counted is None:
        return {"state": "withdrawn" if found.withdrawn else "received"}
    counted, proved = found.counted, found.counted.proved
    return {
        "state": "counted",
        "unit": found.response.unit,
        "edition": found.response.edition,
        "valid": counted.valid,
        "leaf": counted.line,
        "place": proved.place if proved else None,
        "lines": proved.lines if proved else None,
        "proof": list(proved.path) if proved else None,
        "root": proved.root if proved else None,
    }


@operation(
    "DELETE",
    "/api/v1/receipts/{receipt}",
    who=ANYBODY,
    gives=WithdrawnReply,
    refuses=(ReceiptUnknown, AlreadySealed, TooLate),
)
def withdraw_response(call: Call, receipt: str) -> WithdrawnReply:  # noqa: ARG001 - whoever holds it may
    """Withdraw the response with this receipt.

    Once the sealing has begun, nothing can be withdrawn any more. Doing it again changes nothing.
    """
    withdraw(receipt)
    return {"state": "withdrawn"}


@answered
@at_one_address
def check_receipt(request: Request) -> Response:
    """`/receipt`: asks for a receipt, and says what became of it (404 for one that isn't known); before the close it
    offers to withdraw the response, and asks once more. It is posted, so that no address holds it, and no log of
    addresses either."""
    seen = visit(request, "")
    if request.method != "POST":
        return _page(seen)
    try:
        fields = read_fields(request.headers.get("content-type", ""), caller.body(request))
        typed = " ".join(fields.get("receipt", ())).strip()
        step = "".join(fields.get("step", ()))
        return _looked_up(seen, typed, step, caller.arrived_ms(request)) if typed else _page(seen)
    except MinshengError as e:
        return refused(seen, e)


def _looked_up(seen: Visit, typed: str, step: str, at_ms: int) -> Response:
    try:
        found = withdraw(typed) if step == _WITHDRAW else find_receipt(typed)
    except ReceiptUnknown:
        return _page(seen, typed, status=404)
    except AlreadySealed:
        return _page(seen, typed, find_receipt(typed), 409, "late")
    offers = found.campaign.admits(at_ms) and not found.withdrawn
    return _page(seen, typed, found, asks=step if offers and step == _ASK else "offer" if offers else "")


def _page(seen: Visit, typed: str = "", found: Found | None = None, status: int = 200, asks: str = "") -> Response:
    """`asks`: whether withdrawing is offered, asked about once more, or came too late."""
    unit = _unit(found) if found else ""
    return page("netizen/check_receipt.html", seen, status=status, typed=typed, found=found, unit=unit, asks=asks)


def _unit(found: Found) -> str:
    """Its name, as far as there is one."""
    try:
        return units.cached(found.campaign.id, found.response.unit, _UNIT_LASTS_S).name
    except NotFound:
        return found.response.unit
