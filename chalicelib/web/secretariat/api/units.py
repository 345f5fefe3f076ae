"""The secretariat's routes to units: registering them, their contacts and keys."""

from chalicelib.access.domain.roles import Act
from chalicelib.associations.store import contacts
from chalicelib.associations.usecases.register_units import register_unit, rotate_key
from chalicelib.associations.usecases.set_contact import set_contact
from chalicelib.counting.usecases.overview import overview as read_overview
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.operation import operation
from chalicelib.web.rim.replies import Reply
from chalicelib.web.rim.schemas import ContactRequest, UnitRequest
from chalicelib.web.secretariat.api.units_body import ContactReply, UnitReply, contact_body, read_unit, unit_body


class Units(Reply):
    """The units."""

    units: list[UnitReply]


class KeyReply(Reply):
    """A unit's new key."""

    unit: str
    key: str


@operation("POST", "/api/v1/units", who=Act.UNITS, takes=UnitRequest, gives=UnitReply, query=("campaign",), status=201)
def post_unit(call: Call, wanted: UnitRequest) -> UnitReply:
    """Register a unit.

    The answer holds its key, this once.
    """
    unit, contact = read_unit(wanted, call.campaign.id), wanted.contact.contact() if wanted.contact else None
    key = register_unit(unit, call.arrived_ms, call.who, contact)
    return {**unit_body(unit, contact), "key": key}


@operation(
    "PUT", "/api/v1/units/{unit}/contact", who=Act.UNITS, takes=ContactRequest, gives=ContactReply, query=("campaign",)
)
def put_contact(call: Call, wanted: ContactRequest, unit: str) -> ContactReply:
    """Say whom to reach at a unit."""
    contact = wanted.contact()
    set_contact(call.campaign.id, unit, contact, call.arrived_ms, call.who)
    return contact_body(contact)


@operation("GET", "/api/v1/units", who=Act.LOOK, gives=Units, query=("campaign",))
def get_units(call: Call) -> Units:
    """The units."""
    campaign = call.campaign
    reachable = contacts.of_campaign(campaign.id)
    return {"units": [unit_body(unit, reachable.get(unit.code)) for unit in read_overview(campaign).units_alone]}


@operation("POST", "/api/v1/units/{unit}/key", who=Act.KEYS, gives=KeyReply, query=("campaign",))
def post_key(call: Call, unit: str) -> KeyReply:
    """Rotate a unit's key.

    The answer holds the new one, this once.
    """
    return {"unit": unit, "key": rotate_key(call.campaign.id, unit, call.arrived_ms, call.who)}
