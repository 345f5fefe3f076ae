"""What a request asks for beside its body: a campaign, a language."""

from chalice.app import Request

from chalicelib.campaigns import campaigns
from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.current import current
from chalicelib.web.rim import caller
from chalicelib.web.rim.language import choose


def asked_campaign(request: Request) -> Campaign:
    """The campaign that the request names (`?campaign=`), else the current one."""
    named = caller.query(request, "campaign")
    return campaigns.read(named) if named else current(caller.arrived_ms(request))


def language(request: Request) -> str:
    """The language to answer in: `?lang=`, else `Accept-Language`, else Chinese."""
    return choose(caller.query(request, "lang"), request.headers.get("accept-language", "")).tag
