"""The secretariat's routes to recounts."""

from chalice.app import Request, Response

from chalicelib.access.domain.roles import Act
from chalicelib.access.usecases.authenticate import secretariat
from chalicelib.counting.usecases import recount
from chalicelib.web.rim import caller
from chalicelib.web.rim.asked import asked_campaign
from chalicelib.web.rim.problems import answered


@answered
def post_recount(request: Request) -> Response:
    """`POST /api/v1/recounts`"""
    member = secretariat(caller.key(request), Act.RECOUNTS)
    name = recount.request_recount(asked_campaign(request).id, caller.arrived_ms(request), member.who)
    return caller.reply(recount.read_recount(name), 202, Location=f"/api/v1/recounts/{name}")


@answered
def get_recount(request: Request, name: str) -> Response:
    """`GET /api/v1/recounts/{id}`"""
    secretariat(caller.key(request), Act.LOOK)
    return caller.reply(recount.read_recount(name))
