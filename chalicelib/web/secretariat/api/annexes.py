"""Who hasn't handed in which annex: `GET /api/v1/annexes`, and reminding them."""

from typing import Any

from chalice.app import Request, Response

from chalicelib.access.domain.roles import Act
from chalicelib.access.usecases.authenticate import secretariat
from chalicelib.associations.usecases.watch_annexes import missing_annexes
from chalicelib.mail.usecases.remind_units import remind_units
from chalicelib.web.rim import caller
from chalicelib.web.rim.asked import asked_campaign
from chalicelib.web.rim.problems import answered


@answered
def get_annexes(request: Request) -> Response:
    """`GET /api/v1/annexes`"""
    secretariat(caller.key(request), Act.LOOK)
    campaign = asked_campaign(request)
    missing: list[dict[str, Any]] = [
        {
            "code": one.unit.code,
            "name": one.unit.name,
            "units": one.annex_1,
            "supporters": one.annex_2,
            "reachable": one.email is not None,
        }
        for one in missing_annexes(campaign)
    ]
    due = {"units_due": campaign.units_due or None, "supporters_due": campaign.supporters_due or None}
    return caller.reply({**due, "missing": missing})


@answered
def post_reminders(request: Request) -> Response:
    """`POST /api/v1/annexes/reminders`: the next tick sends them."""
    member = secretariat(caller.key(request), Act.UNITS)
    return caller.reply(
        {"reminded": remind_units(asked_campaign(request), caller.arrived_ms(request), member.who)}, 202
    )
