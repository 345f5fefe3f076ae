"""Last year's count of each unit that was taken over: what was sealed, once it is."""

from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import associations, units
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign, Phase
from chalicelib.counting.domain import counts
from chalicelib.counting.usecases.read_counts import tally_of
from chalicelib.jobs.job import Progress
from chalicelib.jobs.jobs import Lease
from chalicelib.jobs.kinds import Kind, declare
from chalicelib.jobs.run_leased import finish
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.store.writes import commit, until_not_overtaken
from chalicelib.years.take_over import TAKE_OVER


class LastYearProgress(Progress):
    """From which campaign, and how far it has come."""

    source: str
    done: int = 0

    def position(self) -> int:
        """By units."""
        return self.done


LAST_YEAR = declare(Kind("last-year", LastYearProgress, kept=lambda _: True))


@LAST_YEAR.due
def order(campaign: Campaign, at_ms: int) -> None:
    """Once for each seal of a campaign and each one that has taken over from it."""
    if campaign.phase is not Phase.SEALED:
        return
    for later in campaigns.all_campaigns():
        taken = later.phase is not Phase.SEALED and any(
            one.job.done and one.progress.source == campaign.id for one in TAKE_OVER.of_campaign(later.id)
        )
        name = f"{later.id}.{campaign.id}.{campaign.seal_number}"
        if taken and LAST_YEAR.get(name) is None:
            LAST_YEAR.create(name, later.id, at_ms, LastYearProgress(source=campaign.id))


@LAST_YEAR.work
def _fill(lease: Lease[LastYearProgress]) -> None:
    earlier = campaigns.read(lease.progress.source)
    for number, unit in enumerate(units.of_campaign(lease.job.campaign), 1):
        code = associations.read(unit.association).taking_part.get(earlier.id) if unit.association else None
        if code is not None:
            _set(unit, counts.overall(tally_of(earlier, code)).collected)
        lease.progress.done = number
        lease.save(now_ms())
    finish(lease, now_ms())


def _set(unit: Unit, collected: int) -> None:
    def attempt() -> None:
        stored = units.read(unit.campaign, unit.code)
        if stored.last_year != collected:
            commit(units.changing(stored, stored.model_copy(update={"last_year": collected})))

    until_not_overtaken(attempt)
