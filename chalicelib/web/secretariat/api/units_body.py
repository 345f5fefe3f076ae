"""A unit as it comes in and goes out."""

from typing import Any

from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.unit import Unit
from chalicelib.instrument import questionnaires
from chalicelib.kernel.errors import FieldError, RequestInvalid
from chalicelib.web.rim.schemas import UnitRequest


def read_unit(wanted: UnitRequest, campaign: str) -> Unit:
    """The unit in a request. Raises `RequestInvalid` where its province is none."""
    province = questionnaires.regions().find_province(wanted.province)
    if province is None:
        raise RequestInvalid([FieldError("/province", "province")])
    return Unit(campaign=campaign, province=province, **wanted.model_dump(exclude={"province", "contact"}))


def unit_body(unit: Unit, contact: Contact | None) -> dict[str, Any]:
    """A unit as the secretariat sees it; never its key."""
    return {**unit.model_dump(exclude={"campaign", "key_hash"}), "contact": contact_body(contact)}


def contact_body(contact: Contact | None) -> dict[str, Any] | None:
    """A unit's contact as the secretariat sees it; nobody else does."""
    return contact.model_dump() if contact else None
