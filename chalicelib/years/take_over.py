"""Taking over from an earlier campaign: units with their contacts, links, materials, recipients; a job, unit by unit.

Doing it again takes over what has come since, and nothing twice. The earlier campaign isn't changed.
"""

from collections.abc import Collection
from functools import partial

from chalicelib.associations.store import units
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign, Phase
from chalicelib.jobs.job import Progress
from chalicelib.jobs.jobs import Lease
from chalicelib.jobs.kinds import Kind, declare
from chalicelib.jobs.run_leased import finish
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import AlreadySealed, FieldError, NotFound, RequestInvalid
from chalicelib.kernel.store import audit
from chalicelib.years.taken import take_links, take_material, take_recipients, take_unit, unit_in


class TakeOverProgress(Progress):
    """What was ordered, and how far it has come."""

    source: str
    units: bool
    links: bool
    materials: bool
    recipients: bool
    without: list[str]
    """Codes of units of the earlier campaign that are left out."""
    who: str
    done: int = 0
    """Units looked at, `of` so many."""
    of: int = 0
    taken: int = 0
    """Units that came new into the campaign."""
    issued: int = 0
    """Links that came new."""
    last: str = ""
    """The last unit that was looked at, by its code in the earlier campaign."""

    def position(self) -> int:
        """By units."""
        return self.done


TAKE_OVER = declare(Kind("take-over", TakeOverProgress, cancellable=True, kept=lambda _: True))
PARTS = ("units", "links", "materials", "recipients")


def order_take_over(
    campaign: Campaign, source: str, parts: Collection[str], without: Collection[str], at_ms: int, who: str
) -> str:
    """Orders that these `PARTS` are taken over from an earlier campaign, but for some units; gives the order's id.

    Raises `AlreadySealed`, and `RequestInvalid` naming `/from`.
    """
    if campaign.phase is Phase.SEALED:
        raise AlreadySealed("sealed_units", campaign=campaign.id)
    try:
        earlier = campaigns.read(source)
    except NotFound:
        raise RequestInvalid([FieldError("/from", "take_over_unknown", name=source)]) from None
    if earlier.id == campaign.id:
        raise RequestInvalid([FieldError("/from", "take_over_itself")])
    wanted = {part: part in parts for part in PARTS}
    progress = TakeOverProgress(source=source, **wanted, without=sorted(without), who=who)
    seen = {"from": source, **wanted, "without": sorted(without)}
    return TAKE_OVER.order(
        campaign.id, at_ms, progress, partial(audit.entry, campaign.id, at_ms, who, "campaign.take-over", after=seen)
    )


@TAKE_OVER.work
def _take_over(lease: Lease[TakeOverProgress]) -> None:
    """Each unit is one step, and its links follow it; the rest comes first, since it is little."""
    progress, campaign = lease.progress, campaigns.read(lease.job.campaign)
    earlier = campaigns.read(progress.source)
    if not progress.last:
        _take_little(campaign, earlier, progress)
    everybody = units.of_campaign(earlier.id)
    progress.of = len(everybody)
    for number, unit in enumerate(everybody, 1):
        if unit.code <= progress.last:
            continue
        if progress.units and unit.code not in progress.without:
            progress.taken += take_unit(campaign, unit, now_ms(), progress.who)
        own = unit_in(campaign, unit)
        if progress.links and own is not None and unit.code not in progress.without:
            progress.issued += take_links(earlier, unit, own, now_ms(), progress.who)
        progress.done, progress.last = number, unit.code
        lease.save(now_ms())
    finish(lease, now_ms())


def _take_little(campaign: Campaign, earlier: Campaign, progress: TakeOverProgress) -> None:
    if progress.recipients:
        take_recipients(campaign, earlier, now_ms(), progress.who)
    if progress.materials:
        take_material(campaign, earlier, now_ms(), progress.who)
