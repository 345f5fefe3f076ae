"""When mails are due, and ordering them: one job for each occasion, however often a tick sees that it has come."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from chalicelib.campaigns.campaign import Campaign
from chalicelib.jobs.kinds import Kind, Order, declare
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.instants import shanghai, to_ms
from chalicelib.kernel.store.writes import Write
from chalicelib.mail.domain.mail_progress import MailProgress
from chalicelib.mail.kind import MailKind, mail_kinds


def _is_kept(order: Order[MailProgress]) -> bool:
    """Whether it is for good: a campaign that is sealed is told of once."""
    kind = mail_kinds().get(order.progress.occasion)
    return kind is None or kind.kept


MAILS = declare(Kind("mail", MailProgress, gives_up=False, kept=_is_kept))


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


def name_of(campaign: str, occasion: str, at_ms: int, unit: str | None = None) -> str:
    """The same among all mails; of a unit's own, where it is ordered by unit."""
    return f"{campaign}#{occasion}#{at_ms}" + (f"#{unit}" if unit else "")


def order_mail(campaign: Campaign, occasion: str, at_ms: int) -> str:
    """Orders the mails of an occasion unless they were ordered before, and returns the job's id."""
    name = name_of(campaign.id, occasion, at_ms)
    if MAILS.get(name) is None:
        MAILS.create(name, campaign.id, now_ms(), MailProgress(occasion=occasion, at=at_ms))
    return MAILS.id_of(name)


def order_once(
    kind: MailKind, campaign: str, at_ms: int, *, done: bool = False, beside: Sequence[Write] = (), **noted: Any
) -> bool:
    """Orders a kind's mails unless they were ordered within its time, together with other writes; says whether it did.
    `noted` are other fields of `MailProgress`; `unit` where it is ordered by unit."""
    slot = at_ms - at_ms % kind.once_in_ms
    name = name_of(campaign, kind.name, slot, noted["unit"] if kind.by_unit else None)
    progress = MailProgress(occasion=kind.name, at=slot, **noted)
    return MAILS.create(name, campaign, at_ms, progress, done=done, beside=beside)
