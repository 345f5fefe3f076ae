"""The secretariat's route to all figures at once."""

from chalice.app import Request, Response

from chalicelib.access.domain.roles import Act
from chalicelib.access.usecases.authenticate import secretariat
from chalicelib.counting.usecases.overview import overview as read_overview
from chalicelib.kernel.instants import rfc3339
from chalicelib.web.rim import caller
from chalicelib.web.rim.asked import asked_campaign
from chalicelib.web.rim.problems import answered


@answered
def overview(request: Request) -> Response:
    """`GET /api/v1/overview`"""
    secretariat(caller.key(request), Act.LOOK)
    now = caller.arrived_ms(request)
    return caller.reply({"as_of": rfc3339(now), **read_overview(asked_campaign(request)).body(now)})
