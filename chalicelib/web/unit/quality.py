"""What judging found: how many of the collected count, and why the others don't. Never by response."""

from collections.abc import Iterator

from chalicelib.access.domain.roles import Act
from chalicelib.associations.store import units
from chalicelib.campaigns.campaign import Campaign
from chalicelib.counting.domain import counts
from chalicelib.counting.domain.tally import NATION
from chalicelib.counting.usecases.read_counts import tally_of
from chalicelib.kernel.instants import rfc3339
from chalicelib.sealing import verdicts
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.operation import operation, unit_or
from chalicelib.web.rim.reasons import Reasons
from chalicelib.web.rim.replies import Figures, reply_of


class LinkQuality(Figures):
    """Of a link."""

    code: str
    reasons: Reasons


class QualityReply(Figures):
    """What the last judging found, and by which rules; before the first one, `as_of` and `rules` are null."""

    rules: str | None
    as_of: str | None
    reasons: Reasons
    links: list[LinkQuality]


@operation("GET", "/api/v1/quality", who=unit_or(Act.LOOK), gives=QualityReply, query=("campaign",))
def read_quality(call: Call) -> QualityReply:
    """Valid responses, and the reasons against the others.

    A unit gets its own, the secretariat all. Verdicts are provisional until the seal: all responses are judged again
    as more come in.
    """
    campaign, unit = call.campaign, call.holder.unit
    found = verdicts.summary(campaign.id)
    judged = verdicts.UnitSummary(reasons=found.reasons) if found and not unit else None
    if found and unit:
        judged = found.units.get(unit)
    asked = [unit] if unit else [one.code for one in units.of_campaign(campaign.id)]
    return reply_of(
        QualityReply,
        counts.overall(tally_of(campaign, unit or NATION)),
        rules=found.rules if found else None,
        as_of=rfc3339(found.as_of) if found else None,
        reasons=judged.reasons if judged else {},
        links=[link for code in asked for link in _links(campaign, code)],
    )


def _links(campaign: Campaign, unit: str) -> Iterator[dict[str, object]]:
    """The unit's links that brought something in."""
    tally, found = tally_of(campaign, unit), verdicts.of_unit(campaign.id, unit)
    for code in counts.values(tally, "l"):
        figures = counts.of(tally, "l", code)
        reasons = found.links[code].reasons if code in found.links else {}
        yield {"code": code, "collected": figures.collected, "valid": figures.valid, "reasons": reasons}
