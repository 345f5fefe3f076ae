"""The secretariat's routes: campaign, units, links, overview, exports, seal, audit."""

from typing import Any

from chalice.app import Request, Response

from chalicelib.access.domain.roles import Act
from chalicelib.access.usecases.authenticate import secretariat
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.set_campaign import set_campaign
from chalicelib.kernel.instants import rfc3339, to_ms
from chalicelib.web.rim import caller
from chalicelib.web.rim.problems import answered
from chalicelib.web.rim.schemas import CampaignRequest


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
