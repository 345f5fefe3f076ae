"""The secretariat's routes to units: registering them, their contacts and keys; a unit as it comes in and goes out."""

from typing import NotRequired

from chalicelib.access.domain.roles import Act
from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.places import find_place
from chalicelib.associations.domain.unit import Unit
from chalicelib.associations.store import contacts, units
from chalicelib.associations.usecases.register_units import register_unit, rotate_key
from chalicelib.associations.usecases.set_contact import set_contact
from chalicelib.instrument import questionnaires
from chalicelib.kernel.errors import FieldError, RequestInvalid
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.operation import operation
from chalicelib.web.rim.replies import Reply, reply_of
from chalicelib.web.rim.schemas import ContactRequest, UnitRequest


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


class Units(Reply):
    """The units."""

    units: list[UnitReply]


class KeyReply(Reply):
    """A unit's new key."""

    unit: str
    key: str


@operation(
    "POST",
    "/api/v1/units",
    who=Act.UNITS,
    takes=UnitRequest,
    gives=UnitReply,
    query=("campaign",),
    changes=True,
    status=201,
)
def post_unit(call: Call, wanted: UnitRequest) -> UnitReply:
    """Register a unit.

    The answer holds its key, this once.
    """
    unit, contact = read_unit(wanted, call.campaign.id), wanted.contact.contact() if wanted.contact else None
    key = register_unit(unit, call.arrived_ms, call.who, contact)
    return {**_unit_body(unit, contact), "key": key}


@operation(
    "PUT", "/api/v1/units/{unit}/contact", who=Act.UNITS, takes=ContactRequest, gives=ContactReply, query=("campaign",)
)
def put_contact(call: Call, wanted: ContactRequest, unit: str) -> ContactReply:
    """Say whom to reach at a unit."""
    contact = wanted.contact()
    set_contact(call.campaign.id, unit, contact, call.arrived_ms, call.who)
    return reply_of(ContactReply, contact)


@operation("GET", "/api/v1/units", who=Act.LOOK, gives=Units, query=("campaign",))
def get_units(call: Call) -> Units:
    """The units."""
    campaign = call.campaign.id
    reachable = contacts.of_campaign(campaign)
    return {"units": [_unit_body(unit, reachable.get(unit.code)) for unit in units.of_campaign(campaign)]}


@operation("POST", "/api/v1/units/{unit}/key", who=Act.KEYS, gives=KeyReply, query=("campaign",))
def post_key(call: Call, unit: str) -> KeyReply:
    """Rotate a unit's key.

    The answer holds the new one, this once.
    """
    return {"unit": unit, "key": rotate_key(call.campaign.id, unit, call.arrived_ms, call.who)}


def read_unit(wanted: UnitRequest, campaign: str) -> Unit:
    """The unit in a request. Raises `RequestInvalid` where its province is none."""
    province = find_place(questionnaires.regions(), wanted.province)
    if province is None:
        raise RequestInvalid([FieldError("/province", "province")])
    return Unit(campaign=campaign, province=province, **wanted.model_dump(exclude={"province", "contact"}))


def _unit_body(unit: Unit, contact: Contact | None) -> UnitReply:
    """A unit as the secretariat sees it; never its key."""
    return reply_of(UnitReply, unit, contact=reply_of(ContactReply, contact) if contact else None)
