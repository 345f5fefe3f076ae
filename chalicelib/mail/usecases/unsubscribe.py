"""Ending a unit's scheduled mails by the link in each of them: no key is needed."""

from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import contacts, units
from chalicelib.associations.usecases.set_contact import set_contact
from chalicelib.kernel import signed
from chalicelib.kernel.errors import NotFound
from chalicelib.kernel.gateways.secrets import ticket_keys
from chalicelib.kernel.settings import settings


def unsubscribe_url(campaign: str, unit: str) -> str:
    """The address that ends a unit's mails; it opens nothing else, and doesn't run out."""
    token = signed.seal(signed.UNSUBSCRIBE, f"{campaign}.{unit}", *ticket_keys().newest)
    return f"{settings().public_url}/unsubscribe/{token}"


def unit_of_token(token: str) -> Unit:
    """The unit whose mails an address ends. Raises `NotFound` where the address isn't ours."""
    said = signed.unseal(signed.UNSUBSCRIBE, token, ticket_keys(token.partition(".")[0]).secrets)
    if said is None:
        raise NotFound("no_unsubscribe")
    campaign, _, code = said.partition(".")
    return units.read(campaign, code)


def unsubscribe(token: str, now_ms: int) -> Unit:
    """Ends a unit's mails; doing it again changes nothing. Raises `NotFound`."""
    unit = unit_of_token(token)
    contact = contacts.read(unit.campaign, unit.code)
    if contact is not None:
        wanted = contact.model_copy(update={"wants_digest": False})
        set_contact(unit.campaign, unit.code, wanted, now_ms, unit.code)
    return unit
