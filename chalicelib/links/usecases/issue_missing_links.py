"""Issuing links to all units at once, up to the number that each wanted: by a job, since there may be thousands."""

from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import units
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign, Phase
from chalicelib.jobs.job import Job
from chalicelib.jobs.jobs import Lease
from chalicelib.jobs.orders import order
from chalicelib.jobs.run_leased import finish, take_up
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import AlreadySealed
from chalicelib.kernel.store import audit
from chalicelib.links.domain.link import Edition
from chalicelib.links.usecases.issue_links import issue_links
from chalicelib.links.usecases.make_kit import usable_links

KIND = "links"


def order_links(campaign: Campaign, channel: str, edition: Edition, otherwise: int, at_ms: int, who: str) -> str:
    """Orders what is missing to each unit's wanted number, or to `otherwise` where a unit named none; gives the id.

    Ordering twice issues nothing twice: links that are there count. Raises `AlreadySealed`.
    """
    if campaign.phase is Phase.SEALED:
        raise AlreadySealed("sealed_links", campaign=campaign.id)
    wanted = {"channel": channel, "edition": edition.value, "otherwise": otherwise}
    data = wanted | {"who": who, "done": 0, "of": 0, "issued": 0}
    order_id, fresh = order(KIND, campaign.id, at_ms, data)
    if fresh:
        audit.note(campaign.id, at_ms, who, "link.order", order_id, after=wanted)
    return order_id


def missing(campaign: Campaign, unit: Unit, otherwise: int) -> int:
    """How many links a unit lacks; revoked ones don't count."""
    wanted = otherwise if unit.links_wanted is None else unit.links_wanted
    return max(0, wanted - len(usable_links(campaign, unit)))


def run(job_id: str) -> None:
    """Issues what is missing, unless another worker is at it. Each try looks afresh at what is there."""
    take_up(job_id, now_ms(), _issue_to_all)


def _issue_to_all(lease: Lease) -> None:
    job = lease.job
    campaign, everybody = campaigns.read(job.campaign), units.of_campaign(job.campaign)
    job.data["of"] = len(everybody)
    for number, unit in enumerate(everybody, 1):
        job.data["issued"] += _issue(campaign, unit, job)
        job.data["done"] = number
        lease.save(now_ms())
    finish(lease, now_ms())


def _issue(campaign: Campaign, unit: Unit, job: Job) -> int:
    count = missing(campaign, unit, job.data["otherwise"])
    channel, edition, who = job.data["channel"], Edition(job.data["edition"]), job.data["who"]
    if count:
        issue_links(campaign.id, unit.code, channel, edition, [""] * count, now_ms(), who)
    return count
