"""Who hasn't handed in which annex, and reminding them."""

from chalicelib.access.domain.roles import Act
from chalicelib.associations.usecases.watch_annexes import missing_annexes
from chalicelib.kernel.errors import AlreadySealed
from chalicelib.mail.usecases.remind_units import remind_units
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.operation import operation
from chalicelib.web.rim.replies import Reply


class MissingAnnexes(Reply):
    """A unit, which annexes it hasn't handed in, and whether it can be reminded by mail."""

    code: str
    name: str
    units: bool
    supporters: bool
    reachable: bool


class AnnexesReply(Reply):
    """The annexes' due dates, and which units haven't submitted which."""

    units_due: str | None
    supporters_due: str | None
    missing: list[MissingAnnexes]


class RemindersReply(Reply):
    """How many units are reminded."""

    reminded: int


@operation("GET", "/api/v1/annexes", who=Act.LOOK, gives=AnnexesReply, query=("campaign",))
def get_annexes(call: Call) -> AnnexesReply:
    """Who hasn't handed in which annex."""
    campaign = call.campaign
    missing: list[MissingAnnexes] = [
        {
            "code": one.unit.code,
            "name": one.unit.name,
            "units": one.annex_1,
            "supporters": one.annex_2,
            "reachable": one.email is not None,
        }
        for one in missing_annexes(campaign)
    ]
    return {
        "units_due": campaign.units_due or None,
        "supporters_due": campaign.supporters_due or None,
        "missing": missing,
    }


@operation(
    "POST",
    "/api/v1/annexes/reminders",
    who=Act.UNITS,
    gives=RemindersReply,
    refuses=(AlreadySealed,),
    query=("campaign",),
    changes=True,
    status=202,
)
def post_reminders(call: Call) -> RemindersReply:
    """Remind them by mail.

    The next tick sends the mails.
    """
    return {"reminded": remind_units(call.campaign, call.arrived_ms, call.who)}
