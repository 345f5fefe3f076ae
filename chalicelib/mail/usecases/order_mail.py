"""When mails are due, and ordering them: one job for each occasion, however often a tick sees that it has come."""

from datetime import timedelta

from chalicelib.campaigns.campaign import Campaign
from chalicelib.jobs.kinds import Kind, Order, declare
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.instants import shanghai, to_ms
from chalicelib.mail.domain.mail_progress import MailProgress
from chalicelib.mail.domain.outgoing import Occasion


def _is_final(order: Order[MailProgress]) -> bool:
    """Whether it is for good: a campaign that is sealed is told of once."""
    return order.progress.occasion is Occasion.FINAL


MAILS = declare(Kind("mail", MailProgress, gives_up=False, kept=_is_final))


@MAILS.due
def order_digest(campaign: Campaign, at_ms: int) -> None:
    """Orders the digest whose time has come."""
    slot = due_slot(campaign, at_ms)
    if slot is not None:
        order_mail(campaign, Occasion.DIGEST, slot)


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
    return MAILS.id_of(name_of(campaign, occasion, at_ms))


def name_of(campaign: str, occasion: Occasion, at_ms: int) -> str:
    """The same among all mails."""
    return f"{campaign}#{occasion}#{at_ms}"


def order_mail(campaign: Campaign, occasion: Occasion, at_ms: int) -> str:
    """Orders the mails of an occasion unless they were ordered before, and returns the job's id."""
    name = name_of(campaign.id, occasion, at_ms)
    if MAILS.get(name) is None:
        MAILS.create(name, campaign.id, now_ms(), MailProgress(occasion=occasion, at=at_ms))
    return MAILS.id_of(name)
