"""Planning an occasion's mails: the figures that the next one will be compared with, and who gets one."""

from chalicelib.associations.store import contacts
from chalicelib.counting.usecases.snapshot import Readings
from chalicelib.jobs.jobs import Lease
from chalicelib.kernel.clock import now_ms
from chalicelib.mail.domain.mail_progress import Figures, MailProgress
from chalicelib.mail.domain.outgoing import SECRETARIAT, Outgoing
from chalicelib.mail.kind import MailKind, mail_kinds
from chalicelib.mail.store import outbox
from chalicelib.mail.usecases.order_mail import MAILS


def plan_mail(lease: Lease[MailProgress], readings: Readings) -> None:
    """Notes what was counted now and at the occasion before, and puts a mail for each addressee into the outbox.

    It can be run twice: what is noted first, stays.
    """
    noted, campaign = lease.progress, readings.campaign
    kind = mail_kinds()[noted.occasion]
    if kind.export and noted.figures is None:
        noted.before, noted.since = _before(campaign.id, noted.at)
        noted.figures, noted.export = readings.snapshot(), kind.export(campaign)
        lease.save(now_ms())
    kind.prepare(noted, campaign)
    for addressee, to in _addressees(kind, noted, readings):
        outbox.create(Outgoing(campaign=campaign.id, occasion=kind.name, at=noted.at, addressee=addressee, to=to))
    noted.planned = True
    lease.save(now_ms())


def _addressees(kind: MailKind, noted: MailProgress, readings: Readings) -> list[tuple[str, tuple[str, ...]]]:
    """Who gets a mail, as far as they can be reached, and where."""
    everybody = contacts.of_campaign(readings.campaign.id).items()
    reachable = {code: contact for code, contact in everybody if contact.email and code in readings.units}
    to = {code: (str(contact.email),) for code, contact in reachable.items()} | {
        SECRETARIAT: readings.campaign.recipients
    }
    return [(one, to[one]) for one in kind.addressees(noted, reachable) if to.get(one)]


def _before(campaign: str, at_ms: int) -> tuple[Figures, int | None]:
    """The figures of the last occasion, and when they were taken."""
    found = (order.progress for order in MAILS.of_campaign(campaign))
    earlier = [(one.at, one.figures) for one in found if one.figures is not None and one.at < at_ms]
    since, before = max(earlier, key=lambda one: one[0], default=(None, {}))
    return before, since
