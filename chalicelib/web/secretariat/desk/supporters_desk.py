"""`/secretariat/supporters`: the supporting units, and what they give."""

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.associations.store import supporters, units
from chalicelib.campaigns.current import current
from chalicelib.web.desk.visitor import Visitor, at_desk


@at_desk("secretariat", "../", Act.LOOK)
def supporters_desk(visitor: Visitor) -> Response:
    """`GET /secretariat/supporters`"""
    campaign = current(visitor.at_ms).id
    names = {unit.code: unit.name for unit in units.of_campaign(campaign)}
    return visitor.page("secretariat/supporters.html", supporters=supporters.of_campaign(campaign), names=names)
