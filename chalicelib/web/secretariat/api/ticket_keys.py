"""The secretariat's route to the keys that sign tickets."""

from chalice.app import Request, Response

from chalicelib.access.domain.roles import Act
from chalicelib.access.usecases import rotate_ticket_key
from chalicelib.access.usecases.authenticate import secretariat
from chalicelib.web.rim import caller
from chalicelib.web.rim.asked import asked_campaign
from chalicelib.web.rim.problems import answered


@answered
def post_ticket_key(request: Request) -> Response:
    """`POST /api/v1/ticket-keys`: rotates the key that signs tickets; those that are out stay good."""
    member = secretariat(caller.key(request), Act.KEYS)
    now = caller.arrived_ms(request)
    return caller.reply({"id": rotate_ticket_key.rotate_ticket_key(asked_campaign(request).id, now, member.who)}, 201)
