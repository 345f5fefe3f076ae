"""The secretariat's routes to a campaign."""

from chalice.app import Response

from chalicelib.access.domain.roles import Act
from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.set_campaign import set_campaign, settings_of
from chalicelib.kernel.errors import AlreadySealed, NotFound, PreconditionFailed
from chalicelib.kernel.instants import rfc3339
from chalicelib.web.rim import caller
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.campaign_requests import CampaignRequest
from chalicelib.web.rim.operation import ANYBODY, Versioned, operation
from chalicelib.web.rim.replies import Reply, reply_of


class CampaignReply(Reply):
    """A campaign; what `PUT` takes."""

    id: str
    title: str
    opens_at: str
    closes_at: str
    recipients: list[str]
    schedule: list[str]
    shows_place: bool
    pilot: bool
    leads_on: bool
    units_due: str | None
    supporters_due: str | None
    organiser: str
    organiser_contact: str
    icp_number: str
    police_number: str
    state: str
    revision: int
    sealed_at: str | None


class CampaignListed(Reply):
    """A campaign as anybody may know it."""

    id: str
    title: str
    opens_at: str
    closes_at: str
    state: str


@operation("GET", "/api/v1/campaigns", who=ANYBODY, gives=list[CampaignListed])
def get_campaigns(call: Call) -> Response:
    """All campaigns, newest first."""
    listed = [
        {
            "id": one.id,
            "title": one.title,
            "opens_at": rfc3339(one.opens_at),
            "closes_at": rfc3339(one.closes_at),
            "state": one.state_at(call.arrived_ms),
        }
        for one in campaigns.all_campaigns()
    ]
    return caller.reply(listed)


@operation(
    "PUT",
    "/api/v1/campaigns/{campaign}",
    who=Act.CAMPAIGN,
    takes=CampaignRequest,
    gives=CampaignReply,
    refuses=(AlreadySealed, PreconditionFailed),
)
def put_campaign(call: Call, wanted: CampaignRequest, campaign_id: str) -> Versioned[CampaignReply]:
    """Set up or change a campaign."""
    campaign = set_campaign(campaign_id, call.arrived_ms, call.who, call.seen, **wanted.change())
    return Versioned(campaign_body(campaign, call.arrived_ms), settings_of(campaign))


@operation("GET", "/api/v1/campaigns/{campaign}", who=Act.LOOK, gives=CampaignReply, refuses=(NotFound,))
def get_campaign(call: Call, campaign_id: str) -> Versioned[CampaignReply]:
    """A campaign."""
    campaign = campaigns.read(campaign_id)
    return Versioned(campaign_body(campaign, call.arrived_ms), settings_of(campaign))


def campaign_body(campaign: Campaign, now_ms: int) -> CampaignReply:
    """A campaign as `GET` gives and `PUT` takes it; `PUT` passes over what can't be set."""
    return reply_of(
        CampaignReply,
        campaign,
        opens_at=rfc3339(campaign.opens_at),
        closes_at=rfc3339(campaign.closes_at),
        schedule=campaign.digest_times,
        units_due=campaign.units_due or None,
        supporters_due=campaign.supporters_due or None,
        state=campaign.state_at(now_ms),
        sealed_at=rfc3339(campaign.seal.sealed_at) if campaign.seal else None,
    )
