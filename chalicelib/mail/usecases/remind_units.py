"""Reminding units of what they haven't handed in: one mail to each contact that has an address, once per order."""

from chalicelib.associations.usecases.make_template import make_template
from chalicelib.associations.usecases.watch_annexes import missing_annexes
from chalicelib.campaigns.campaign import Campaign, Phase
from chalicelib.counting.usecases.snapshot import Readings
from chalicelib.kernel.errors import AlreadySealed
from chalicelib.kernel.store import audit
from chalicelib.kernel.texts import chinese
from chalicelib.mail.domain.mail_progress import MailProgress
from chalicelib.mail.domain.outgoing import MINUTE_MS, Occasion, Outgoing
from chalicelib.mail.gateways import mail
from chalicelib.mail.gateways.mail import Attachment, Mail
from chalicelib.mail.gateways.workbook import XLSX
from chalicelib.mail.usecases.order_mail import MAILS, name_of

_say = chinese("mail")
EVERY_MS = 10 * MINUTE_MS
"""Ordering again within this time reminds nobody twice."""


def remind_units(campaign: Campaign, at_ms: int, who: str) -> int:
    """Orders a reminder for every unit that misses something and has an address; says how many these are.

    A tick sends them, through the outbox. Raises `AlreadySealed`.
    """
    if campaign.phase is Phase.SEALED:
        raise AlreadySealed("sealed_annexes", campaign=campaign.id)
    missing = {one.unit.code: [one.annex_1, one.annex_2] for one in missing_annexes(campaign) if one.email}
    slot = at_ms - at_ms % EVERY_MS
    name = name_of(campaign.id, Occasion.REMINDER, slot)
    progress = MailProgress(occasion=Occasion.REMINDER, at=slot, missing=missing)
    told = audit.entry(campaign.id, at_ms, who, "annex.remind", campaign.id, units=sorted(missing))
    if missing:
        MAILS.create(name, campaign.id, at_ms, progress, beside=[told])
    return len(missing)


def write_reminder(outgoing: Outgoing, missing: list[bool], readings: Readings) -> Mail:
    """The mail for a unit: which annexes are missing and by when they are due, with the empty tables."""
    campaign = readings.campaign
    wanted = [
        (_say("annex_units"), campaign.units_due, "units"),
        (_say("annex_supporters"), campaign.supporters_due, "supporters"),
    ]
    some = [one for one, is_missing in zip(wanted, missing, strict=True) if is_missing]
    values = {
        "campaign": campaign,
        "unit": readings.units[outgoing.addressee],
        "annexes": [(name, due) for name, due, _ in some],
        "office": campaign.recipients[0] if campaign.recipients else "",
    }
    tables = [Attachment(f"{table}.xlsx", XLSX, make_template(f"{table}.xlsx", "zh-Hans")) for _, _, table in some]
    return Mail(
        key=outgoing.name,
        to=outgoing.to,
        subject=_say("subject_reminder", campaign=campaign.title),
        text=mail.render("reminder.txt", **values),
        html=mail.render("reminder.html", **values),
        at_ms=readings.at_ms,
        attachments=tuple(tables),
    )
