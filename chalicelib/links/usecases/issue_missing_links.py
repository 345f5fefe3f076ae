"""Issuing links to all units at once, up to the number that each wanted: by a job, since there may be thousands."""

from functools import partial

from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import units
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign, Phase
from chalicelib.jobs.job import Progress
from chalicelib.jobs.jobs import Lease
from chalicelib.jobs.kinds import Kind, declare
from chalicelib.jobs.run_leased import finish
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import AlreadySealed
from chalicelib.kernel.store import audit
from chalicelib.links.domain.link import Edition
from chalicelib.links.usecases.issue_links import issue_links
from chalicelib.links.usecases.make_kit import usable_links


class WantedProgress(Progress):
    """What was ordered, and how far it has come."""

    channel: str
    edition: Edition
    otherwise: int
    who: str
    done: int
    """Units that have what they lacked, `of` so many."""
    of: int
    issued: int
    last: str = ""
    """The last unit that has what it lacked, by code."""

    def position(self) -> int:
        """By units."""
        return self.done


WANTED = declare(Kind("links", WantedProgress, cancellable=True))


def order_links(campaign: Campaign, channel: str, edition: Edition, otherwise: int, at_ms: int, who: str) -> str:
    """Orders what is missing to each unit's wanted number, or to `otherwise` where a unit named none; gives the id.

    Ordering twice issues nothing twice: links that are there count. Raises `AlreadySealed`.
    """
    if campaign.phase is Phase.SEALED:
        raise AlreadySealed("sealed_links", campaign=campaign.id)
    wanted = {"channel": channel, "edition": edition.value, "otherwise": otherwise}
    progress = WantedProgress(channel=channel, edition=edition, otherwise=otherwise, who=who, done=0, of=0, issued=0)
    told = partial(audit.entry, campaign.id, at_ms, who, "link.order", after=wanted)
    return WANTED.order(campaign.id, at_ms, progress, told)


def missing(campaign: Campaign, unit: Unit, otherwise: int) -> int:
    """How many links a unit lacks; revoked ones don't count."""
    wanted = otherwise if unit.links_wanted is None else unit.links_wanted
    return max(0, wanted - len(usable_links(campaign, unit)))


@WANTED.work
def _issue_to_all(lease: Lease[WantedProgress]) -> None:
    """A further try looks only at units that are not done: the list of links may lag behind what was just issued."""
    campaign, progress = campaigns.read(lease.job.campaign), lease.progress
    everybody = units.of_campaign(campaign.id)
    progress.of = len(everybody)
    for number, unit in enumerate(everybody, 1):
        if unit.code > progress.last:
            progress.issued += _issue(campaign, unit, progress)
            progress.done, progress.last = number, unit.code
            lease.save(now_ms())
    finish(lease, now_ms())


def _issue(campaign: Campaign, unit: Unit, wanted: WantedProgress) -> int:
    count = missing(campaign, unit, wanted.otherwise)
    if count:
        issue_links(campaign.id, unit.code, wanted.channel, wanted.edition, [""] * count, now_ms(), wanted.who)
    return count
