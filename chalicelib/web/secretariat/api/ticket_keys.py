"""The secretariat's route to the keys that sign tickets."""

from chalicelib.access.domain.roles import Act
from chalicelib.access.usecases import rotate_ticket_key
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.operation import operation
from chalicelib.web.rim.replies import Reply


class TicketKeyReply(Reply):
    """The id of the key that signs from now on."""

    id: str


@operation("POST", "/api/v1/ticket-keys", who=Act.KEYS, gives=TicketKeyReply, query=("campaign",), status=201)
def post_ticket_key(call: Call) -> TicketKeyReply:
    """Rotate the key that signs tickets.

    Those that are out stay good.
    """
    return {"id": rotate_ticket_key.rotate_ticket_key(call.campaign.id, call.arrived_ms, call.who)}
