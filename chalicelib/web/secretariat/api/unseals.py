"""The secretariat's route to take a seal back."""

from chalicelib.access.domain.roles import Act
from chalicelib.kernel.errors import AlreadySealed, NotFound, NotSealed
from chalicelib.kernel.instants import to_ms
from chalicelib.sealing.unseal import unseal
from chalicelib.web.rim.call import Call
from chalicelib.web.rim.campaign_requests import UnsealRequest
from chalicelib.web.rim.operation import operation
from chalicelib.web.secretariat.api.campaigns import CampaignReply, campaign_body


@operation(
    "POST",
    "/api/v1/campaigns/{campaign}/unseal",
    who=Act.UNSEAL,
    takes=UnsealRequest,
    gives=CampaignReply,
    refuses=(NotFound, NotSealed, AlreadySealed),
)
def post_unseal(call: Call, wanted: UnsealRequest, campaign_id: str) -> CampaignReply:
    """Take a seal back.

    Once, within a day of it; the collection goes on until `closes_at`, and is then sealed anew.
    """
    campaign = unseal(campaign_id, to_ms(wanted.closes_at), call.arrived_ms, call.who, wanted.reason)
    return campaign_body(campaign, call.arrived_ms)
