"""The reminder: to units that haven't handed in an annex, when the secretariat orders it; with the empty tables."""

from chalicelib.associations.domain.hand_in import Annex
from chalicelib.associations.store import hand_ins
from chalicelib.associations.usecases.make_template import make_template
from chalicelib.counting.usecases.snapshot import Readings
from chalicelib.kernel.settings import settings
from chalicelib.kernel.texts import chinese
from chalicelib.mail.domain.mail_progress import MailProgress
from chalicelib.mail.domain.outgoing import MINUTE_MS, Outgoing
from chalicelib.mail.gateways.mail import Attachment, Mail
from chalicelib.mail.gateways.workbook import XLSX
from chalicelib.mail.kind import MailKind, compose

_say = chinese("mail")


def _write(outgoing: Outgoing, noted: MailProgress, readings: Readings) -> Mail:
    """Which annexes are missing and by when they are due."""
    campaign, missing = readings.campaign, (noted.missing or {})[outgoing.addressee]
    wanted = [
        (_say("annex_units"), campaign.units_due, Annex.UNITS),
        (_say("annex_supporters"), campaign.supporters_due, Annex.SUPPORTERS),
    ]
    some = [one for one, is_missing in zip(wanted, missing, strict=True) if is_missing]
    values = {
        "campaign": campaign,
        "unit": readings.units[outgoing.addressee],
        "annexes": [(name, due, _why(outgoing, annex)) for name, due, annex in some],
        "desk": f"{settings().public_url}/desk/{campaign.id}/annexes",
        "office": campaign.recipients[0] if campaign.recipients else "",
    }
    tables = [Attachment(f"{table}.xlsx", XLSX, make_template(f"{table}.xlsx", "zh-Hans")) for _, _, table in some]
    subject = _say("subject_reminder", campaign=campaign.title)
    return compose(outgoing, readings.at_ms, "reminder", subject, values, attachments=tuple(tables))


def _why(outgoing: Outgoing, annex: Annex) -> str:
    """Why the secretariat has sent an annex back; nothing where it hasn't."""
    found = hand_ins.find(outgoing.campaign, outgoing.addressee, annex)
    return found.reason if found else ""


KIND = MailKind("reminder", lambda noted, _: noted.missing or (), _write, once_in_ms=10 * MINUTE_MS)
