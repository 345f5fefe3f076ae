"""A unit as it comes in and goes out."""

from typing import NotRequired

from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.unit import Unit
from chalicelib.instrument import questionnaires
from chalicelib.kernel.errors import FieldError, RequestInvalid
from chalicelib.web.rim.replies import Reply
from chalicelib.web.rim.schemas import UnitRequest


class ContactReply(Reply):
    """Whom to reach at a unit; what isn't known is null."""

    name: str | None
    email: str | None
    phone: str | None
    wants_digest: bool


class UnitReply(Reply):
    """A unit; its key only where it has just been made."""

    code: str
    name: str
    province: str
    plan: int | None
    city: str | None
    links_wanted: int | None
    last_year: int | None
    contact: ContactReply | None
    key: NotRequired[str]


def read_unit(wanted: UnitRequest, campaign: str) -> Unit:
    """The unit in a request. Raises `RequestInvalid` where its province is none."""
    province = questionnaires.regions().find_province(wanted.province)
    if province is None:
        raise RequestInvalid([FieldError("/province", "province")])
    return Unit(campaign=campaign, province=province, **wanted.model_dump(exclude={"province", "contact"}))


def unit_body(unit: Unit, contact: Contact | None) -> UnitReply:
    """A unit as the secretariat sees it; never its key."""
    return {
        "code": unit.code,
        "name": unit.name,
        "province": unit.province,
        "plan": unit.plan,
        "city": unit.city,
        "links_wanted": unit.links_wanted,
        "last_year": unit.last_year,
        "contact": contact_body(contact) if contact else None,
    }


def contact_body(contact: Contact) -> ContactReply:
    """A unit's contact as the secretariat sees it; nobody else does."""
    return {
        "name": contact.name,
        "email": contact.email,
        "phone": contact.phone,
        "wants_digest": contact.wants_digest,
    }
