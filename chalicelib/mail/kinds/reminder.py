"""The reminder: to units that haven't handed in an annex, when the secretariat orders it; with the empty tables."""

from chalicelib.associations.usecases.make_template import make_template
from chalicelib.counting.usecases.snapshot import Readings
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
    subject = _say("subject_reminder", campaign=campaign.title)
    return compose(outgoing, readings.at_ms, "reminder", subject, values, attachments=tuple(tables))


KIND = MailKind("reminder", lambda noted, _: noted.missing or (), _write, once_in_ms=10 * MINUTE_MS)
