"""Issuing links to all units at once, up to the number that each wanted: by a job, since there may be thousands."""

from collections import Counter
from collections.abc import Sequence
from functools import partial

from chalicelib.associations.domain.unit import LinksWanted, Unit
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
from chalicelib.links.domain.link import Edition, Link
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


def missing(unit: Unit, there: Sequence[Link], otherwise: LinksWanted) -> list[LinksWanted]:
    """Which links a unit lacks beside those that are `there`: of the kinds that it named, what is left of the kind
    `otherwise`; up to the number in that, where the unit said none."""
    wanted = otherwise.count if unit.links_wanted is None else unit.links_wanted
    lacking, left = list[LinksWanted](), wanted - len(there)
    kinds = Counter((link.edition.value, link.channel) for link in there)
    for kind in unit.links_by:
        count = min(left, kind.count - kinds[kind.edition, kind.channel])
        if count > 0:
            lacking.append(kind.model_copy(update={"count": count}))
            left -= count
    return lacking + ([otherwise.model_copy(update={"count": left})] if left > 0 else [])


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
    otherwise = LinksWanted(edition=wanted.edition.value, channel=wanted.channel, count=wanted.otherwise)
    lacking = missing(unit, usable_links(campaign, unit), otherwise)
    for kind in lacking:
        labels, edition = [""] * kind.count, Edition(kind.edition)
        issue_links(campaign.id, unit.code, kind.channel, edition, labels, now_ms(), wanted.who)
    return sum(kind.count for kind in lacking)
