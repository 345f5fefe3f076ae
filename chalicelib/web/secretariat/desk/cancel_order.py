"""Cancelling an order on the page that lists it."""

from chalice.app import Response

from chalicelib.jobs.kinds import kind_named
from chalicelib.web.desk.visitor import Visitor


def cancel_order(visitor: Visitor, page: str) -> Response:
    """Asks once more, then cancels what the form names and leads back to its page. Raises `NotFound`."""
    kind = kind_named(visitor.one("kind"))
    order = kind.find(visitor.one("order"))
    if not visitor.is_confirmed:
        return visitor.confirm("cancel_order", page, kind=kind.name, order=order)
    kind.cancel(order.name, visitor.at_ms, visitor.who)
    return visitor.go(page)
