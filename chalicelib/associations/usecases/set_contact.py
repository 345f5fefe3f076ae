"""Setting whom to reach at a unit."""

from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.store import contacts, units
from chalicelib.kernel.seen import ANYTHING, Seen
from chalicelib.kernel.store import audit
from chalicelib.kernel.store.writes import commit, until_not_overtaken


def set_contact(campaign: str, unit: str, contact: Contact, now_ms: int, who: str, seen: Seen = ANYTHING) -> None:
    """Stores a unit's contact in the place of an earlier one; the audit names no address and no number.

    Raises `NotFound` where there is no such unit, and `PreconditionFailed`.
    """
    units.read(campaign, unit)

    def attempt() -> None:
        stored = contacts.read(campaign, unit)
        before = stored or Contact()
        seen.check(before.model_dump())
        if contact == before:
            return
        told = {"before": before.veiled(), "after": contact.veiled()}
        entry = audit.entry(campaign, now_ms, who, "unit.contact", unit, **told)
        commit(contacts.changing(campaign, unit, stored, contact), entry)

    until_not_overtaken(attempt)
