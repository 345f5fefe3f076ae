"""The workbook of the scheduled mails, with the current figures, on request."""

from chalicelib.associations.store import units
from chalicelib.campaigns import campaigns
from chalicelib.counting.usecases.snapshot import Readings
from chalicelib.mail.gateways.workbook import write_workbook
from chalicelib.mail.usecases.digest_workbook import secretariat_sheets, unit_sheets


def make_workbook(campaign_id: str, unit_code: str | None, at_ms: int) -> bytes:
    """An XLSX file of everything, or of one unit's own. Raises `NotFound`."""
    readings = Readings(campaigns.read(campaign_id), at_ms)
    if unit_code is None:
        return write_workbook(secretariat_sheets(readings, {}))
    return write_workbook(unit_sheets(readings, {}, units.read(campaign_id, unit_code)))
