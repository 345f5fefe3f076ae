"""The secretariat's routes to units: registering them, their contacts and keys; a unit as it comes in and goes out."""

from typing import Annotated, NotRequired

from pydantic import Field

from chalicelib.access.domain.roles import Act
from chalicelib.associations.domain.contact import Contact
from chalicelib.associations.domain.places import find_place
from chalicelib.associations.domain.unit import CITY_LENGTH, MOST_LINKS, MOST_PLANNED, Unit
from chalicelib.associations.store import contacts, units
from chalicelib.associations.usecases.change_unit import change_unit, changeable
from chalicelib.associations.usecases.find_code import code_in
from chalicelib.associations.usecases.register_units import register_unit, rotate_key
from chalicelib.associations.usecases.set_contact import set_contact
from chalicelib.instrument import questionnaires
from chalicelib.kernel.errors import AlreadySealed, FieldError, PreconditionFailed, RequestInvalid
from chalicelib.kernel.store import audit
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.operation import Versioned, operation
from chalicelib.web.rim.replies import Reply, reply_of
from chalicelib.web.rim.schemas import ContactRequest, Line, Payload, UnitRequest


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


class UnitChangeRequest(Payload):
    """`PATCH /api/v1/units/{unit}`: what is left out stays, null takes it out."""

    name: Annotated[Line, Field(min_length=1, max_length=80)] | None = None
    province: Annotated[str, Field(min_length=2, max_length=20)] | None = None
    """A division's code (`44`, `440000`) or name (`广东`)."""
    city: Line | None = Field(default=None, min_length=1, max_length=CITY_LENGTH)
    plan: int | None = Field(default=None, ge=1, le=MOST_PLANNED)
    links_wanted: int | None = Field(default=None, ge=0, le=MOST_LINKS)
    last_year: int | None = Field(default=None, ge=0, le=MOST_PLANNED)


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
    "PUT",
    "/api/v1/units/{unit}/contact",
    who=Act.UNITS,
    takes=ContactRequest,
    gives=ContactReply,
    refuses=(PreconditionFailed,),
    query=("campaign",),
)
def put_contact(call: Call, wanted: ContactRequest, unit: str) -> Versioned[ContactReply]:
    """Say whom to reach at a unit."""
    campaign, contact = call.campaign.id, wanted.contact()
    set_contact(campaign, code_in(campaign, unit), contact, call.arrived_ms, call.who, call.seen)
    return Versioned(reply_of(ContactReply, contact), contact.model_dump())


@operation("GET", "/api/v1/units/{unit}/contact", who=Act.LOOK, gives=ContactReply, query=("campaign",))
def get_contact(call: Call, unit: str) -> Versioned[ContactReply]:
    """Whom to reach at a unit."""
    campaign = call.campaign.id
    code = code_in(campaign, unit)
    contact = contacts.read(campaign, code)
    _tell_of(call, campaign, code, contact)
    contact = contact or Contact()
    return Versioned(reply_of(ContactReply, contact), contact.model_dump())


@operation("GET", "/api/v1/units", who=Act.LOOK, gives=Units, query=("campaign",))
def get_units(call: Call) -> Units:
    """The units."""
    campaign = call.campaign.id
    reachable = contacts.of_campaign(campaign)
    _tell_of(call, campaign, campaign, *reachable.values())
    return {"units": [_unit_body(unit, reachable.get(unit.code)) for unit in units.of_campaign(campaign)]}


@operation("GET", "/api/v1/units/{unit}", who=Act.LOOK, gives=UnitReply, query=("campaign",))
def get_unit(call: Call, unit: str) -> Versioned[UnitReply]:
    """A unit."""
    campaign = call.campaign.id
    found = units.read(campaign, code_in(campaign, unit))
    contact = contacts.read(campaign, found.code)
    _tell_of(call, campaign, found.code, contact)
    return Versioned(_unit_body(found, contact), changeable(found))


@operation(
    "PATCH",
    "/api/v1/units/{unit}",
    who=Act.UNITS,
    takes=UnitChangeRequest,
    gives=UnitReply,
    refuses=(AlreadySealed, RequestInvalid, PreconditionFailed),
    query=("campaign",),
    changes=True,
)
def patch_unit(call: Call, wanted: UnitChangeRequest, unit: str) -> Versioned[UnitReply]:
    """Mend what a unit is called, where it is, and what it plans."""
    campaign = call.campaign
    code, said = code_in(campaign.id, unit), read_change(wanted)
    found = change_unit(campaign, code, said, call.arrived_ms, call.who, call.seen)
    return Versioned(_unit_body(found, contacts.read(campaign.id, code)), changeable(found))


@operation("POST", "/api/v1/units/{unit}/key", who=Act.KEYS, gives=KeyReply, query=("campaign",))
def post_key(call: Call, unit: str) -> KeyReply:
    """Rotate a unit's key.

    The answer holds the new one, this once.
    """
    campaign = call.campaign.id
    code = code_in(campaign, unit)
    return {"unit": code, "key": rotate_key(campaign, code, call.arrived_ms, call.who)}


def read_unit(wanted: UnitRequest, campaign: str) -> Unit:
    """The unit in a request. Raises `RequestInvalid` where its province is none."""
    province = _province(wanted.province)
    return Unit(campaign=campaign, province=province, **wanted.model_dump(exclude={"province", "contact"}))


def read_change(wanted: UnitChangeRequest) -> dict[str, object]:
    """What a request changes of a unit. Raises `RequestInvalid` where its province is none."""
    said = wanted.model_dump(exclude_unset=True)
    if empty := [name for name in ("name", "province") if name in said and not said[name]]:
        raise RequestInvalid([FieldError(f"/{name}", "required") for name in empty])
    return said | ({"province": _province(said["province"])} if "province" in said else {})


def _province(typed: str) -> str:
    province = find_place(questionnaires.regions(), typed)
    if province is None:
        raise RequestInvalid([FieldError("/province", "province")])
    return province


def _tell_of(call: Call, campaign: str, subject: str, *known: Contact | None) -> None:
    """Tells the log who was given how many people's names, addresses and numbers."""
    if people := sum(one is not None for one in known):
        audit.note(campaign, call.arrived_ms, call.who, "contact.give-out", subject, people=people)


def _unit_body(unit: Unit, contact: Contact | None) -> UnitReply:
    """A unit as the secretariat sees it; never its key."""
    return reply_of(UnitReply, unit, contact=reply_of(ContactReply, contact) if contact else None)
