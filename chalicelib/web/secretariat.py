"""The secretariat's routes: campaign, units, links, overview, exports, seal, audit."""

from typing import Any

from chalice.app import Request, Response

from chalicelib.domain.campaign import Campaign
from chalicelib.domain.instants import rfc3339, to_ms
from chalicelib.domain.roles import Act
from chalicelib.store import campaigns, contacts
from chalicelib.usecases import issue_links, rotate_ticket_key
from chalicelib.usecases.authenticate import secretariat
from chalicelib.usecases.overview import overview as read_overview
from chalicelib.usecases.read_audit import read_audit
from chalicelib.usecases.register_units import register_unit, rotate_key
from chalicelib.usecases.set_campaign import current, set_campaign
from chalicelib.usecases.set_contact import set_contact
from chalicelib.web import caller
from chalicelib.web.problems import answered
from chalicelib.web.schemas import CampaignRequest, ContactRequest, LinksRequest, UnitRequest
from chalicelib.web.unit import link_body
from chalicelib.web.units_body import contact_body, read_unit, unit_body

_MOST_ENTRIES = 500


@answered
def put_campaign(request: Request, campaign_id: str) -> Response:
    """`PUT /api/v1/campaigns/{id}`"""
    member = secretariat(caller.key(request), Act.CAMPAIGN)
    wanted = caller.read_as(CampaignRequest, caller.json_object(request))
    now = caller.arrived_ms(request)
    campaign = set_campaign(
        campaign_id,
        now,
        member.who,
        opens_at=to_ms(wanted.opens_at) if wanted.opens_at else None,
        closes_at=to_ms(wanted.closes_at) if wanted.closes_at else None,
        title=wanted.title,
        recipients=wanted.recipients,
        digest_times=wanted.schedule,
        shows_place=wanted.shows_place,
        units_due=wanted.units_due,
        supporters_due=wanted.supporters_due,
    )
    return caller.reply(campaign_body(campaign, now))


@answered
def get_campaign(request: Request, campaign_id: str) -> Response:
    """`GET /api/v1/campaigns/{id}`"""
    secretariat(caller.key(request), Act.LOOK)
    return caller.reply(campaign_body(campaigns.read(campaign_id), caller.arrived_ms(request)))


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
def post_links(request: Request, unit: str) -> Response:
    """`POST /api/v1/units/{unit}/links`"""
    member = secretariat(caller.key(request), Act.LINKS)
    wanted = caller.read_as(LinksRequest, caller.json_object(request))
    labels = wanted.labels + [""] * (wanted.count - len(wanted.labels))
    campaign, now = asked_campaign(request).id, caller.arrived_ms(request)
    issued = issue_links.issue_links(campaign, unit, wanted.channel, wanted.edition, labels, now, member.who)
    return caller.reply({"links": [link_body(link) for link in issued]}, 201)


@answered
def revoke_link(request: Request, code: str) -> Response:
    """`DELETE /api/v1/links/{code}`"""
    member = secretariat(caller.key(request), Act.LINKS)
    issue_links.revoke_link(code, caller.arrived_ms(request), member.who)
    return Response("", {"Cache-Control": "no-store"}, 204)


@answered
def post_key(request: Request, unit: str) -> Response:
    """`POST /api/v1/units/{unit}/key`: the answer holds the unit's new key, this once."""
    member = secretariat(caller.key(request), Act.KEYS)
    key = rotate_key(asked_campaign(request).id, unit, caller.arrived_ms(request), member.who)
    return caller.reply({"unit": unit, "key": key})


@answered
def overview(request: Request) -> Response:
    """`GET /api/v1/overview`"""
    secretariat(caller.key(request), Act.LOOK)
    now = caller.arrived_ms(request)
    return caller.reply({"as_of": rfc3339(now), **read_overview(asked_campaign(request)).body(now)})


@answered
def get_audit(request: Request) -> Response:
    """`GET /api/v1/audit?limit=100`: newest first."""
    secretariat(caller.key(request), Act.LOOK)
    asked = caller.query(request, "limit") or "100"
    limit = min(int(asked), _MOST_ENTRIES) if asked.isdecimal() and int(asked) > 0 else 100
    entries = read_audit(asked_campaign(request).id, limit)
    return caller.reply({"entries": [{**entry, "at": rfc3339(entry["at"])} for entry in entries]})


@answered
def post_ticket_key(request: Request) -> Response:
    """`POST /api/v1/ticket-keys`: rotates the key that signs tickets; those that are out stay good."""
    member = secretariat(caller.key(request), Act.KEYS)
    now = caller.arrived_ms(request)
    return caller.reply({"id": rotate_ticket_key.rotate_ticket_key(asked_campaign(request).id, now, member.who)}, 201)


def campaign_body(campaign: Campaign, now_ms: int) -> dict[str, Any]:
    """A campaign as `GET` gives and `PUT` takes it; `PUT` passes over what can't be set."""
    return {
        "id": campaign.id,
        "title": campaign.title,
        "opens_at": rfc3339(campaign.opens_at),
        "closes_at": rfc3339(campaign.closes_at),
        "recipients": list(campaign.recipients),
        "schedule": list(campaign.digest_times),
        "shows_place": campaign.shows_place,
        "units_due": campaign.units_due or None,
        "supporters_due": campaign.supporters_due or None,
        "state": campaign.state_at(now_ms),
        "revision": campaign.revision,
        "sealed_at": rfc3339(campaign.seal.sealed_at) if campaign.seal else None,
    }


def asked_campaign(request: Request) -> Campaign:
    """The campaign that the request names (`?campaign=`), else the current one."""
    named = caller.query(request, "campaign")
    return campaigns.read(named) if named else current(caller.arrived_ms(request))
