"""Setting whom to reach at a unit."""

from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.store import contacts, units
from chalicelib.kernel.store import audit


def set_contact(campaign: str, unit: str, contact: Contact, now_ms: int, who: str) -> None:
    """Stores a unit's contact in the place of an earlier one; the audit names no address and no number.

    Raises `NotFound` where there is no such unit.
    """
    units.read(campaign, unit)
    before = contacts.read(campaign, unit) or Contact()
    if contact == before:
        return
    contacts.save(campaign, unit, contact)
    audit.note(campaign, now_ms, who, "unit.contact", unit, before=before.veiled(), after=contact.veiled())
