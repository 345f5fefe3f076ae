"""Sending the mails of an occasion: each once, whatever crashes, or saying that it may be a repeat.

A job holds the occasion, the outbox each mail. A mail is noted as tried before it is handed over; so what a crash
interrupts is doubtful, and its next try says so, under the same Message-ID. What the server refuses is tried again
with growing patience, then given up and shown on the secretariat's desk.
"""

import logging

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.counting.usecases.snapshot import Readings
from chalicelib.jobs.heartbeat import kept
from chalicelib.jobs.jobs import Lease
from chalicelib.jobs.run_leased import take_up
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.dynamodb import ConditionFailed
from chalicelib.kernel.store.writes import until_not_overtaken
from chalicelib.mail.domain.mail_progress import MailProgress
from chalicelib.mail.domain.outgoing import SECRETARIAT, Delivery, Outgoing
from chalicelib.mail.gateways import mail
from chalicelib.mail.gateways.mail import MailNotSent
from chalicelib.mail.kind import mail_kinds
from chalicelib.mail.kinds import final
from chalicelib.mail.store import outbox
from chalicelib.mail.usecases.order_mail import MAILS, name_of, order_mail
from chalicelib.mail.usecases.plan_mail import plan_mail

log = logging.getLogger(__name__)


def announce_seal(campaign: Campaign) -> None:
    """Orders the final mails and makes the first try; what fails of it, later ticks try again."""
    at = campaign.seal.sealed_at if campaign.seal and campaign.superseded else campaign.closes_at
    run(order_mail(campaign, final.KIND.name, at))


def run(ordered: str) -> None:
    """Sends what is due of an occasion, unless another worker is at it; the job is done once nothing waits."""
    take_up(MAILS, ordered, now_ms())


def send_again(campaign: str, key: str, at_ms: int, who: str) -> None:
    """Tries a mail once more that was given up, at the next tick. Raises `NotFound`, also where the job that would
    have to be done again was swept."""
    until_not_overtaken(lambda: _order_again(outbox.read(campaign, key), at_ms, who))


def _order_again(outgoing: Outgoing, at_ms: int, who: str) -> None:
    if outgoing.progress is not Delivery.FAILED:
        return
    campaign, unit = outgoing.campaign, outgoing.addressee if mail_kinds()[outgoing.occasion].by_unit else None
    first = MAILS.get(name_of(campaign, outgoing.occasion, outgoing.at, unit))
    if first is None:
        raise NotFound("no_mail_job", name=outgoing.key)
    name, progress = f"{first.name}#{at_ms}-{outgoing.addressee}", first.progress.model_copy(update={"due_at": 0})
    told = audit.entry(campaign, at_ms, who, "mail.again", outgoing.key)
    again = outbox.changing(outgoing, outgoing.again())
    if not MAILS.create(name, campaign, at_ms, progress, beside=(again, told)):
        raise ConditionFailed(None)


@MAILS.work
def _send_due(lease: Lease[MailProgress]) -> None:
    readings = Readings(campaigns.read(lease.job.campaign), now_ms())
    if not lease.progress.planned:
        plan_mail(lease, readings)
    with kept(lease) as going_on:  # a workbook of twenty thousand links takes longer than a lease
        for one in _waiting(lease):
            if one.due_at > readings.at_ms:
                continue
            lease.progress.tried += 1
            if _try(one, lease, readings).doubtful:
                break  # the line is broken or hangs: the next tick has other things to do before the next mail
            going_on()
    due = [one.due_at for one in _waiting(lease)]
    lease.progress.due_at = min(due, default=0)
    lease.job.done = not due
    lease.release()


def _waiting(lease: Lease[MailProgress]) -> list[Outgoing]:
    """The secretariat's first; of links, which units ask for each on its own, the job's alone."""
    noted = lease.progress
    found = outbox.of_occasion(lease.job.campaign, noted.occasion, noted.at)
    own = [one for one in found if noted.unit in {None, one.addressee}]
    waiting = [one for one in own if one.progress is Delivery.WAITING]
    return sorted(waiting, key=lambda one: one.addressee != SECRETARIAT)


def _try(outgoing: Outgoing, lease: Lease[MailProgress], readings: Readings) -> Outgoing:
    """One try of one mail. Raises `LeaseLost` before anything was sent."""
    kind = mail_kinds()[outgoing.occasion]
    try:
        message = kind.write(outgoing, lease.progress, readings)
    except Exception as failure:  # one mail that can't be written must not keep the others back
        log.exception("mail failed: %s can't be written", outgoing.name)
        tried = outgoing.trying(now_ms(), outgoing.subject, outgoing.text, outgoing.attached)
        return _noted(tried.failed(now_ms(), repr(failure), doubtful=outgoing.doubtful))
    lease.save(now_ms())
    text = message.text if kind.keeps_text else ""
    tried = _noted(outgoing.trying(now_ms(), message.subject, text, [one.name for one in message.attachments]))
    try:
        refused = mail.send(message.as_repeat() if outgoing.doubtful else message)
    except MailNotSent as failure:
        log.warning("mail failed: %s was not sent, see the outbox for the reason", outgoing.name)
        return _noted(tried.failed(now_ms(), str(failure), doubtful=failure.doubtful or outgoing.doubtful))
    return _noted(tried.sent(now_ms(), refused))


def _noted(outgoing: Outgoing) -> Outgoing:
    outbox.replace(outgoing)
    return outgoing
