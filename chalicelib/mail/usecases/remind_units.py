"""Reminding units of the annexes that they haven't handed in."""

from chalicelib.associations.usecases.watch_annexes import missing_annexes
from chalicelib.campaigns.campaign import Campaign, Phase
from chalicelib.kernel.errors import AlreadySealed
from chalicelib.kernel.store import audit
from chalicelib.mail.kinds.reminder import KIND
from chalicelib.mail.usecases.order_mail import order_once


def remind_units(campaign: Campaign, at_ms: int, who: str) -> int:
    """Orders a reminder for every unit that misses something and has an address; says how many these are.

    A tick sends them, through the outbox. Raises `AlreadySealed`.
    """
    if campaign.phase is Phase.SEALED:
        raise AlreadySealed("sealed_annexes", campaign=campaign.id)
    missing = {one.unit.code: [one.annex_1, one.annex_2] for one in missing_annexes(campaign) if one.email}
    if missing:
        told = audit.entry(campaign.id, at_ms, who, "annex.remind", campaign.id, units=sorted(missing))
        order_once(KIND, campaign.id, at_ms, beside=[told], missing=missing)
    return len(missing)
