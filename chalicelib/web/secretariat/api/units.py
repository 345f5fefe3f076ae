"""The secretariat's routes to units: registering them, their contacts and keys."""

from chalice.app import Request, Response

from chalicelib.access.domain.roles import Act
from chalicelib.access.usecases.authenticate import secretariat
from chalicelib.associations.store import contacts
from chalicelib.associations.usecases.register_units import register_unit, rotate_key
from chalicelib.associations.usecases.set_contact import set_contact
from chalicelib.counting.usecases.overview import overview as read_overview
from chalicelib.web.rim import caller
from chalicelib.web.rim.asked import asked_campaign
from chalicelib.web.rim.problems import answered
from chalicelib.web.rim.schemas import ContactRequest, UnitRequest
from chalicelib.web.secretariat.api.units_body import contact_body, read_unit, unit_body


@answered
def post_unit(request: Request) -> Response:
    """`POST /api/v1/units`: the answer holds the unit's key, this once."""
    member = secretariat(caller.key(request), Act.UNITS)
    now = caller.arrived_ms(request)
    wanted = caller.read_as(UnitRequest, caller.json_object(request))
    unit, contact = read_unit(wanted, asked_campaign(request).id), wanted.contact.contact() if wanted.contact else None
    key = register_unit(unit, now, member.who, contact)
    return caller.reply({**unit_body(unit, contact), "key": key}, 201)


@answered
def put_contact(request: Request, unit: str) -> Response:
    """`PUT /api/v1/units/{unit}/contact`"""
    member = secretariat(caller.key(request), Act.UNITS)
    contact = caller.read_as(ContactRequest, caller.json_object(request)).contact()
    set_contact(asked_campaign(request).id, unit, contact, caller.arrived_ms(request), member.who)
    return caller.reply(contact_body(contact))


@answered
def get_units(request: Request) -> Response:
    """`GET /api/v1/units`"""
    secretariat(caller.key(request), Act.LOOK)
    campaign = asked_campaign(request)
    reachable = contacts.of_campaign(campaign.id)
    seen = [unit_body(unit, reachable.get(unit.code)) for unit in read_overview(campaign).units_alone]
    return caller.reply({"units": seen})


@answered
def post_key(request: Request, unit: str) -> Response:
    """`POST /api/v1/units/{unit}/key`: the answer holds the unit's new key, this once."""
    member = secretariat(caller.key(request), Act.KEYS)
    key = rotate_key(asked_campaign(request).id, unit, caller.arrived_ms(request), member.who)
    return caller.reply({"unit": unit, "key": key})
