"""The secretariat's routes to links: issuing, revoking and replacing them."""

from chalice.app import Request, Response

from chalicelib.access.domain.roles import Act
from chalicelib.access.usecases.authenticate import secretariat
from chalicelib.links.usecases import issue_links
from chalicelib.links.usecases.replace_link import replace_link
from chalicelib.web.rim import caller
from chalicelib.web.rim.asked import asked_campaign
from chalicelib.web.rim.link_body import link_body
from chalicelib.web.rim.problems import answered
from chalicelib.web.rim.schemas import LinksRequest


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
def post_replacement(request: Request, code: str) -> Response:
    """`POST /api/v1/links/{code}/replacement`"""
    member = secretariat(caller.key(request), Act.LINKS)
    return caller.reply(link_body(replace_link(code, caller.arrived_ms(request), member.who)), 201)
