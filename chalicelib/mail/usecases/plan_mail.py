"""Planning an occasion's mails: the figures that the next one will be compared with, and who gets one."""

from collections.abc import Collection

from chalicelib.associations.store import contacts
from chalicelib.counting.usecases.snapshot import Readings
from chalicelib.jobs.jobs import Lease
from chalicelib.kernel.clock import now_ms
from chalicelib.kernel.codes import random_code
from chalicelib.mail.domain.mail_progress import Figures, MailProgress
from chalicelib.mail.domain.outgoing import SECRETARIAT, Occasion, Outgoing
from chalicelib.mail.store import outbox
from chalicelib.mail.usecases.order_mail import MAILS
from chalicelib.sealing.export import request_export

WHO = "tick"


def plan_mail(lease: Lease[MailProgress], readings: Readings) -> None:
    """Notes what was counted now and at the occasion before, and puts a mail for each addressee into the outbox.

    It can be run twice: what is noted first, stays.
    """
    noted, campaign, occasion = lease.progress, readings.campaign, lease.progress.occasion
    if occasion in {Occasion.DIGEST, Occasion.FINAL} and noted.figures is None:
        noted.before, noted.since = _before(campaign.id, noted.at)
        noted.figures = readings.snapshot()
        noted.export = f"{campaign.id}.final" if occasion is Occasion.FINAL else random_code(12)
        lease.save(now_ms())
    if occasion is Occasion.DIGEST and campaign.recipients:
        request_export(campaign.id, now_ms(), WHO, noted.export)
    for addressee, to in _addressees(readings, _only(noted)):
        outbox.create(Outgoing(campaign=campaign.id, occasion=occasion, at=noted.at, addressee=addressee, to=to))
    noted.planned = True
    lease.save(now_ms())


def _only(noted: MailProgress) -> Collection[str] | None:
    """The units that a mail is for alone: the one that asked for a link, those that are reminded; None: a digest."""
    return noted.missing if noted.unit is None else [noted.unit]


def _addressees(readings: Readings, only: Collection[str] | None) -> list[tuple[str, tuple[str, ...]]]:
    """Who gets a digest; or `only` some units, as far as they can be reached."""
    campaign = readings.campaign
    reachable = {
        code: (contact, (contact.email,))
        for code, contact in contacts.of_campaign(campaign.id).items()
        if contact.email and code in readings.units
    }
    if only is not None:
        return [(code, reachable[code][1]) for code in only if code in reachable]
    secretariat = [(SECRETARIAT, campaign.recipients)] if campaign.recipients else []
    return secretariat + [(code, to) for code, (contact, to) in reachable.items() if contact.wants_digest]


def _before(campaign: str, at_ms: int) -> tuple[Figures, int | None]:
    """The figures of the last occasion, and when they were taken."""
    found = (order.progress for order in MAILS.of_campaign(campaign))
    earlier = [(one.at, one.figures) for one in found if one.figures is not None and one.at < at_ms]
    since, before = max(earlier, key=lambda one: one[0], default=(None, {}))
    return before, since
