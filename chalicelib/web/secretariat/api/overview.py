"""The secretariat's route to all figures at once."""

from chalicelib.access.domain.roles import Act
from chalicelib.counting.usecases.overview import overview as read_overview
from chalicelib.kernel.instants import rfc3339
from chalicelib.sealing import verdicts
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.operation import operation
from chalicelib.web.rim.reasons import Reasons
from chalicelib.web.rim.replies import Figures, FiguresToday, Reply, UnitCounts, reply_of


class SuspectedLink(Reply):
    """A link of which surely more responses are odd than elsewhere: their share. Nothing is taken off for it."""

    link: str
    share: float


class UnitOverview(UnitCounts):
    """A unit among the others."""

    province: str
    flagged: Reasons
    suspected: list[SuspectedLink]


class Province(Figures):
    """Counts by residence."""

    code: str


class EditionFigures(Figures):
    """Counts by edition."""

    edition: str


class OverviewReply(Reply):
    """All figures."""

    as_of: str
    campaign: str
    state: str
    units: list[UnitOverview]
    national: FiguresToday
    provinces: list[Province]
    editions: list[EditionFigures]


@operation("GET", "/api/v1/overview", who=Act.LOOK, gives=OverviewReply, query=("campaign",))
def overview(call: Call) -> OverviewReply:
    """All figures."""
    figures = read_overview(call.campaign, call.arrived_ms)
    found = verdicts.summary(call.campaign.id)
    for unit in figures["units"]:
        judged = found.units.get(unit["code"]) if found else None
        unit["flagged"] = judged.reasons if judged else {}
        suspected = judged.suspected if judged else {}
        unit["suspected"] = [{"link": link, "share": share} for link, share in sorted(suspected.items())]
    return reply_of(OverviewReply, figures, as_of=rfc3339(call.arrived_ms))
