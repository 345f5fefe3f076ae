"""The form of a unit's contact on the secretariat's page of that unit."""

from typing import Any

from chalicelib.associations.domain.contact import Contact
from chalicelib.web.desk.visitor import Visitor
from chalicelib.web.rim import caller
from chalicelib.web.rim.schemas import ContactRequest

_FIELDS = {"contact_name": "name", "contact_email": "email", "contact_phone": "phone"}


def shown(visitor: Visitor, contact: Contact | None) -> dict[str, Any]:
    """What the form shows: what was just typed, else the contact as it is known."""
    known = contact or Contact()
    if visitor.one("act") == "contact":
        typed = {field: visitor.one(field) for field in _FIELDS}
        return typed | {"wants_digest": visitor.one("wants_digest") == "1"}
    stored = {field: getattr(known, name) or "" for field, name in _FIELDS.items()}
    return stored | {"wants_digest": known.wants_digest}


def read(visitor: Visitor) -> Contact:
    """The contact in the form. Raises `RequestInvalid`, its pointers `/name`, `/email`, `/phone`."""
    typed: dict[str, Any] = {name: visitor.one(field) or None for field, name in _FIELDS.items()}
    return caller.read_as(ContactRequest, typed | {"wants_digest": visitor.one("wants_digest") == "1"}).contact()
