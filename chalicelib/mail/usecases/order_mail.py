"""When mails are due, and ordering them: one job for each occasion, however often a tick sees that it has come."""

from datetime import timedelta

from chalicelib.campaigns.campaign import Campaign
from chalicelib.jobs import jobs
from chalicelib.jobs.job import Job
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.instants import shanghai, to_ms
from chalicelib.mail.domain.outgoing import Occasion

KIND = "mail"


def due_slot(campaign: Campaign, at_ms: int) -> int | None:
    """The latest digest time that has come (ms); none before the first. Missed earlier ones are not made up for.

    A time counts if it lies within the window and after the campaign was set up.
    """
    today = shanghai(at_ms).replace(hour=0, minute=0, second=0, microsecond=0)
    slots = [
        to_ms(today - timedelta(days=back) + timedelta(hours=int(time[:2]), minutes=int(time[3:])))
        for back in (0, 1)
        for time in campaign.digest_times
    ]
    first = max(campaign.opens_at, campaign.created_at)
    return max((slot for slot in slots if first < slot <= min(at_ms, campaign.closes_at)), default=None)


def job_id(campaign: str, occasion: Occasion, at_ms: int) -> str:
    """The one job of an occasion."""
    return f"{KIND}#{campaign}#{occasion}#{at_ms}"


def order_mail(campaign: Campaign, occasion: Occasion, at_ms: int) -> str:
    """Orders the mails of an occasion unless they were ordered before, and returns the job's id."""
    ordered = job_id(campaign.id, occasion, at_ms)
    if jobs.find(ordered) is None:
        data = {"occasion": occasion, "at": at_ms}
        jobs.create(Job(id=ordered, kind=KIND, campaign=campaign.id, data=data, created_at=now_ms()))
    return ordered
